// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.ndarray.NDArray;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An array as MXNet has them: its bytes, and itself flattened, are copies. */
final class CopyingArray implements InvocationHandler {
  private final NDArray array;

  private CopyingArray(NDArray array) {
    this.array = array;
  }

  static NDArray of(NDArray array) {
    return (NDArray)
        Proxy.newProxyInstance(
            CopyingArray.class.getClassLoader(),
            new Class<?>[] {NDArray.class},
            new CopyingArray(array));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    Object result = call(method, arguments);
    if (result == array) {
      return proxy;
    }
    if (result instanceof ByteBuffer bytes) {
      return ByteBuffer.allocateDirect(bytes.remaining()).order(bytes.order()).put(bytes).flip();
    }
    if (result instanceof NDArray made) {
      return of(method.getName().equals("flatten") ? made.duplicate() : made);
    }
    return result;
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    Object[] real =
        arguments == null ? null : Arrays.stream(arguments).map(CopyingArray::unwrap).toArray();
    try {
      return method.invoke(array, real);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object unwrap(Object argument) {
    boolean wrapped =
        Proxy.isProxyClass(argument.getClass())
            && Proxy.getInvocationHandler(argument) instanceof CopyingArray;
    return wrapped ? ((CopyingArray) Proxy.getInvocationHandler(argument)).array : argument;
  }
}
