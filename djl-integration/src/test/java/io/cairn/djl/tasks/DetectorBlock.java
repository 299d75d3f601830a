// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.modality.cv.MultiBoxPrior;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;

/**
 * A single-shot detector: at each scale, for some boxes around each place, what is in them and how
 * they should be moved. Gives the boxes, the classes with the background as class 0, the moves.
 */
final class DetectorBlock extends AbstractBlock {
  private static final int CLASSES = 3;
  private static final List<Float> RATIOS = List.of(1f, 2f, 0.5f);

  private final List<Scale> scales = new ArrayList<>();

  /** What finds features, what names them, what moves them, and how large its boxes are. */
  private record Scale(Block features, Block classes, Block moves, MultiBoxPrior boxes) {}

  DetectorBlock() {
    super((byte) 1);
    addScale("fine", List.of(0.3f, 0.4f));
    addScale("coarse", List.of(0.5f, 0.6f));
  }

  private void addScale(String name, List<Float> sizes) {
    int boxes = sizes.size() + RATIOS.size() - 1;
    scales.add(
        new Scale(
            addChildBlock(
                name + "Features",
                Layers.convolutionNormed(8)
                    .add(Layers.halved())
                    .add(Layers.convolutionNormed(8))
                    .add(Layers.halved())),
            addChildBlock(name + "Classes", Layers.convolution(boxes * CLASSES)),
            addChildBlock(name + "Moves", Layers.convolution(boxes * 4)),
            MultiBoxPrior.builder().setSizes(sizes).setRatios(RATIOS).build()));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDList image = inputs;
    NDList boxes = new NDList();
    NDList classes = new NDList();
    NDList moves = new NDList();
    for (Scale scale : scales) {
      image = scale.features.forward(store, image, training);
      boxes.add(scale.boxes.generateAnchorBoxes(image.head()));
      classes.add(listed(scale.classes.forward(store, image, training).head(), CLASSES));
      moves.add(listed(scale.moves.forward(store, image, training).head(), 4));
    }
    return new NDList(
        NDArrays.concat(boxes, 1), NDArrays.concat(classes, 1), NDArrays.concat(moves, 1));
  }

  /** From channels of a map to a list: place by place, box by box. */
  private static NDArray listed(NDArray map, int values) {
    return map.transpose(0, 2, 3, 1).reshape(map.getShape().get(0), -1, values);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    Shape[] image = inputs;
    for (Scale scale : scales) {
      scale.features.initialize(manager, type, image);
      image = scale.features.getOutputShapes(image);
      scale.classes.initialize(manager, type, image);
      scale.moves.initialize(manager, type, image);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    throw new UnsupportedOperationException("depends on the boxes; nobody asks");
  }
}
