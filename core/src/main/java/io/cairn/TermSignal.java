// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * SIGTERM by {@code sun.misc.Signal}, the only API for it. Every JDK from 17 to 25 exports it from
 * {@code jdk.unsupported}; it is called by reflection because a JVM may be built without that
 * module, and because the compiler's warning about it cannot be suppressed.
 */
final class TermSignal {
  static final String MODULE = "jdk.unsupported";

  private TermSignal() {}

  /**
   * Handles the signal.
   *
   * @return the handler before, for {@link #restore}
   * @throws ClassNotFoundException if this JVM has no such API
   * @throws ReflectiveOperationException if it runs with {@code -Xrs}
   */
  static Object handle(Runnable action) throws ReflectiveOperationException {
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    Object handler =
        Proxy.newProxyInstance(
            TermSignal.class.getClassLoader(),
            new Class<?>[] {handlerType},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return method.invoke(action, arguments);
              }
              action.run();
              return null;
            });
    return set(handler);
  }

  static void restore(Object handler) {
    try {
      set(handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Could not give SIGTERM back", e);
    }
  }

  private static Object set(Object handler) throws ReflectiveOperationException {
    Class<?> signalType = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    Object term = signalType.getConstructor(String.class).newInstance("TERM");
    Method handle = signalType.getMethod("handle", signalType, handlerType);
    return handle.invoke(null, term, handler);
  }
}
