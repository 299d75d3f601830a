// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.format.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Puts data, script, style and the chart library into one file that needs nothing else. */
final class ReportPage {
  /** The version in the pom: part of the path in the library's jar. */
  private static final String LIBRARY =
      "/META-INF/resources/webjars/echarts/5.3.1/dist/echarts.min.js";

  private ReportPage() {}

  static byte[] of(Report report) throws IOException, CliException {
    // Data comes last: nothing that is looked for can come from it, because it holds no '<'.
    return resource("report.html")
        .replace("<!--style-->", resource("report.css"))
        .replace("<!--script-->", inScript(resource("report.js")))
        .replace("<!--library-->", inScript(resource(LIBRARY)))
        .replace("<!--data-->", data(report))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** JSON whose texts cannot end the element they are in, whatever names and messages hold. */
  private static String data(Report report) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.compactWriter(bytes)) {
      new ReportJson(json).write(report);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace("<", "\\u003c");
  }

  /** Inside of a script's texts, the slash may be escaped; elsewhere it does not come. */
  private static String inScript(String script) {
    return script.replace("</", "<\\/");
  }

  private static String resource(String name) throws IOException, CliException {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new CliException(
            "'"
                + name
                + "' is not on the class path; use the jar that ends in -cli.jar, or add"
                + " org.webjars.npm:echarts:5.3.1");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
