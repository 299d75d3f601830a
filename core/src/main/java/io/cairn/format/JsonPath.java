// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

/**
 * Where a value is in a document, as a link to where its holder is: whoever writes a document
 * chooses how long and how many its paths are. The text is made for a message alone.
 */
final class JsonPath {
  static final JsonPath ROOT = new JsonPath(null, null, 0);

  private final JsonPath holder;
  private final String name;
  private final int index;

  private JsonPath(JsonPath holder, String name, int index) {
    this.holder = holder;
    this.name = name;
    this.index = index;
  }

  /** A member of the object that is here. */
  JsonPath member(String memberName) {
    return new JsonPath(this, memberName, 0);
  }

  /** An element of the array that is here. */
  JsonPath element(int elementIndex) {
    return new JsonPath(this, null, elementIndex);
  }

  /** As in {@code files[0].digest}; objects and arrays are nested 64 deep at most. */
  @Override
  public String toString() {
    return holder == null ? "" : appendTo(new StringBuilder()).toString();
  }

  private StringBuilder appendTo(StringBuilder text) {
    if (holder.holder != null) {
      holder.appendTo(text);
    }
    if (name == null) {
      return text.append('[').append(index).append(']');
    }
    return text.append(text.isEmpty() ? "" : ".").append(name);
  }
}
