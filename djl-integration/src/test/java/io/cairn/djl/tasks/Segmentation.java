// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.loss.Loss;
import java.util.List;

/**
 * Which pixels are part of it? A U-Net: each level is joined with what the coarser ones made of it.
 */
public final class Segmentation implements Task {

  @Override
  public Block network() {
    Block bottom = Layers.convolutionNormed(16);
    Block middle = Layers.convolutionNormed(8).add(besides(bottom)).add(convolved(8));
    return Layers.convolutionNormed(4)
        .add(besides(middle))
        .add(convolved(4))
        .add(Layers.convolution(1));
  }

  private static Block convolved(int filters) {
    return Layers.convolutionNormed(filters);
  }

  /** The skip connection. */
  private static Block besides(Block coarser) {
    Block detour = new SequentialBlock().add(Layers.halved()).add(coarser).add(doubled());
    return new ParallelBlock(
        paths ->
            new NDList(NDArrays.concat(new NDList(paths.get(0).head(), paths.get(1).head()), 1)),
        List.of(Blocks.identityBlock(), detour));
  }

  /** Doubles width and height; DJL has no transposed convolution on PyTorch. */
  private static Block doubled() {
    return LambdaBlock.singleton(image -> image.repeat(2, 2).repeat(3, 2));
  }

  @Override
  public Loss loss() {
    return Loss.sigmoidBinaryCrossEntropyLoss();
  }

  @Override
  public Shape input() {
    return Pictures.BATCH;
  }

  @Override
  public RandomAccessDataset data(NDManager manager, int rows, long seed, boolean shuffled) {
    Pictures pictures = new Pictures(rows, seed);
    return new ArrayDataset.Builder()
        .setData(pictures.images(manager))
        .optLabels(masks(manager, pictures))
        .setSampling(BATCH, shuffled)
        .build();
  }

  private static NDArray masks(NDManager manager, Pictures pictures) {
    float[] masks = new float[pictures.pixels.length];
    int perPicture = masks.length / pictures.boxes.length;
    for (int i = 0; i < masks.length; i++) {
      masks[i] = pictures.boxes[i / perPicture].holds(i % perPicture) ? 1 : 0;
    }
    return manager.create(masks, new Shape(pictures.boxes.length, 1, Pictures.SIDE, Pictures.SIDE));
  }
}
