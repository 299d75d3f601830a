// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Prints, for each failed test, the command that repeats it. Registered for every test. */
public final class ReproduceExtension implements TestWatcher {

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    System.err.println("reproduce with: " + command(context));
  }

  private static String command(ExtensionContext context) {
    String qualified = context.getRequiredTestClass().getName();
    String simple = qualified.substring(qualified.lastIndexOf('.') + 1);
    return Repro.command(simple, context.getRequiredTestMethod().getName());
  }
}
