// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bad network before an HTTP server: hands requests on, each on a connection of its own, and does
 * to the chosen ones what a test asks for.
 */
public final class FaultyProxy implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");
  private static final int PIECE = 16 << 10;

  private final ServerSocket listener;
  private final URI server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Plan> plans = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();

  /** What may happen to a request. */
  public enum Fault {
    /** The server, it seems, answers 503 SlowDown. */
    THROTTLED,
    /** The connection ends half way through the request's body. */
    REQUEST_CUT,
    /** The server gets the request; the connection ends before its answer. */
    ANSWER_LOST,
    /** The answer's body ends half way, without an error. */
    ANSWER_TRUNCATED,
    /** Pieces of the answer come late. */
    SLOW,
    /** The server, it seems, answers 200, but never saw the request. */
    LIE
  }

  private static final class Plan {
    final Pattern request;
    final Fault fault;
    int left;

    Plan(Pattern request, Fault fault, int left) {
      this.request = request;
      this.fault = fault;
      this.left = left;
    }
  }

  private FaultyProxy(URI server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Starts before a server. */
  public static FaultyProxy before(URI server) throws IOException {
    FaultyProxy proxy = new FaultyProxy(server);
    start(proxy::accept);
    return proxy;
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Plans a fault for the next requests whose first line, as in {@code PUT /b/k}, matches. */
  public synchronized FaultyProxy fail(String request, Fault fault, int times) {
    plans.add(new Plan(Pattern.compile(request), fault, times));
    return this;
  }

  /** The first lines of all requests so far. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  private synchronized Fault next(String request) {
    requests.add(request);
    for (Iterator<Plan> all = plans.iterator(); all.hasNext(); ) {
      Plan plan = all.next();
      if (plan.request.matcher(request).find()) {
        if (--plan.left == 0) {
          all.remove();
        }
        return plan.fault;
      }
    }
    return null;
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        open.add(client);
        start(() -> serve(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "faulty proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Socket client) {
    try (client) {
      String head = readHead(client.getInputStream());
      Fault fault = next(head.lines().findFirst().orElseThrow().replaceFirst(" HTTP/.*", ""));
      if (fault == Fault.THROTTLED || fault == Fault.LIE) {
        swallow(client, head);
        write(client, answer(fault));
        return;
      }
      try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
        open.add(upstream);
        forward(client, head, upstream, fault);
      }
    } catch (IOException | InterruptedException e) {
      return; // either side went away
    } finally {
      open.remove(client);
    }
  }

  private void forward(Socket client, String head, Socket upstream, Fault fault)
      throws IOException, InterruptedException {
    String oneRequest = head.replaceFirst("(?im)^connection:.*\r\n", "");
    write(upstream, oneRequest.replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n"));
    if (fault == Fault.REQUEST_CUT) {
      continueIfAsked(client, head);
      copy(client.getInputStream(), upstream.getOutputStream(), length(head) / 2, false);
      return;
    }
    start(() -> pump(client, upstream));
    InputStream answer = upstream.getInputStream();
    if (fault == Fault.ANSWER_LOST) {
      answer.readAllBytes();
    } else if (fault == Fault.ANSWER_TRUNCATED) {
      String answerHead = readHead(answer);
      write(client, answerHead);
      copy(answer, client.getOutputStream(), length(answerHead) / 2, false);
    } else {
      copy(answer, client.getOutputStream(), Long.MAX_VALUE, fault == Fault.SLOW);
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      copy(from.getInputStream(), to.getOutputStream(), Long.MAX_VALUE, false);
    } catch (IOException | InterruptedException e) {
      return; // the answer has come, or never will
    }
  }

  private static void copy(InputStream from, OutputStream to, long bytes, boolean slowly)
      throws IOException, InterruptedException {
    byte[] piece = new byte[PIECE];
    long left = bytes;
    while (left > 0) {
      int count = from.read(piece, 0, (int) Math.min(left, piece.length));
      if (count < 0) {
        return;
      }
      if (slowly) {
        Thread.sleep(5);
      }
      to.write(piece, 0, count);
      to.flush();
      left -= count;
    }
  }

  private static void swallow(Socket client, String head) throws IOException {
    continueIfAsked(client, head);
    client.getInputStream().readNBytes((int) length(head));
  }

  private static void continueIfAsked(Socket client, String head) throws IOException {
    if (head.toLowerCase(Locale.ROOT).contains("expect: 100-continue")) {
      write(client, "HTTP/1.1 100 Continue\r\n\r\n");
    }
  }

  private static String answer(Fault fault) {
    if (fault == Fault.LIE) {
      return "HTTP/1.1 200 OK\r\nETag: \"00\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }
    String body =
        "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>";
    return "HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: "
        + body.length()
        + "\r\nConnection: close\r\n\r\n"
        + body;
  }

  private static long length(String head) {
    Matcher matcher = LENGTH.matcher(head);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String readHead(InputStream stream) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int ends = 0; ends < 2; ) {
      int next = stream.read();
      if (next < 0) {
        throw new EOFException();
      }
      head.write(next);
      ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
    }
    return head.toString(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
