// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.store.PendingFile;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.util.List;

/** Another store, but for what a test changes. */
class OtherStore implements Store {
  private final Store store;

  OtherStore(Store store) {
    this.store = store;
  }

  @Override
  public List<StoredFile> list() throws IOException {
    return store.list();
  }

  @Override
  public ReadableFile open(String name) throws IOException {
    return store.open(name);
  }

  @Override
  public PendingFile create(String name) throws IOException {
    return store.create(name);
  }

  @Override
  public void delete(String name) throws IOException {
    store.delete(name);
  }

  @Override
  public List<String> abandoned() throws IOException {
    return store.abandoned();
  }

  @Override
  public void deleteAbandoned(String name) throws IOException {
    store.deleteAbandoned(name);
  }

  @Override
  public String toString() {
    return store.toString();
  }
}
