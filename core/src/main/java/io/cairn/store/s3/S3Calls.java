// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import io.cairn.store.StoredFile;
import io.cairn.store.s3.S3Errors.Action;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** The requests to S3 that a store makes, each with what the options say. Thread-safe. */
final class S3Calls {
  /** Names the write that made an object: tells ours from another's. */
  private static final String WRITE = "cairn-write";

  private static final String BINARY = "application/octet-stream";

  private final S3Client s3;
  private final S3Place place;
  private final S3Options options;
  private final S3Errors errors;
  private final Bandwidth bandwidth;
  private final Optional<ChecksumAlgorithm> partChecksum;

  S3Calls(S3Client s3, S3Place place, S3Options options) {
    this.s3 = s3;
    this.place = place;
    this.options = options;
    this.errors = new S3Errors(place);
    this.bandwidth = new Bandwidth(options.uploadBytesPerSecond());
    this.partChecksum = partChecksum(s3);
  }

  /**
   * What the parts of an upload carry. The SDK gives parts a checksum by itself, but does not say
   * so when the upload is begun, and AWS then refuses its completion (InvalidPart). So both name
   * it, unless the client was told that its server takes none.
   */
  private static Optional<ChecksumAlgorithm> partChecksum(S3Client s3) {
    RequestChecksumCalculation when;
    try {
      when = s3.serviceClientConfiguration().requestChecksumCalculation();
    } catch (UnsupportedOperationException e) {
      return Optional.of(ChecksumAlgorithm.CRC32); // a wrapper need not tell how it is set up
    }
    return when == RequestChecksumCalculation.WHEN_REQUIRED
        ? Optional.empty()
        : Optional.of(ChecksumAlgorithm.CRC32);
  }

  S3Place place() {
    return place;
  }

  /** What an object is by its head. */
  record Head(long bytes, Optional<String> write) {}

  /** The first bytes of an object, and how many it has. */
  record Start(long total, ByteBuffer bytes) {}

  /** The part of a buffer that goes in one request. */
  static final class Body {
    private final byte[] buffer;
    private final int length;

    Body(byte[] buffer, int length) {
      this.buffer = buffer;
      this.length = length;
    }

    byte[] buffer() {
      return buffer;
    }

    boolean isEqualTo(byte[] bytes) {
      return Arrays.equals(bytes, 0, bytes.length, buffer, 0, length);
    }

    int length() {
      return length;
    }
  }

  /** A multi-part upload that was begun. */
  record Upload(String key, String id) {}

  List<StoredFile> list() throws IOException {
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(place.bucket())
            .prefix(place.prefix())
            .delimiter("/")
            .requestPayer(payer())
            .build();
    return call(
        Action.LIST,
        place.prefix(),
        () -> {
          List<StoredFile> files = new ArrayList<>();
          for (S3Object object : s3.listObjectsV2Paginator(request).contents()) {
            place
                .name(object.key())
                .ifPresent(name -> files.add(new StoredFile(name, object.size())));
          }
          return files;
        });
  }

  Head head(String key) throws IOException {
    HeadObjectResponse answer =
        call(
            Action.HEAD,
            key,
            () ->
                s3.headObject(head -> head.bucket(place.bucket()).key(key).requestPayer(payer())));
    if (answer.contentLength() == null) {
      throw new IOException("The answer to HEAD '" + key + "' does not say how long it is");
    }
    return new Head(answer.contentLength(), Optional.ofNullable(answer.metadata().get(WRITE)));
  }

  /**
   * Reads the first bytes, and how many there are: for a manifest that is all of it, in one
   * request.
   */
  Start start(String key, int length) throws IOException {
    String range = "bytes=0-" + (length - 1);
    try {
      return call(
          Action.GET,
          key,
          () ->
              s3.getObject(
                  get -> get.bucket(place.bucket()).key(key).range(range).requestPayer(payer()),
                  (answer, stream) -> {
                    long total = total(answer);
                    int expected = (int) Math.min(length, total);
                    return new Start(total, ByteBuffer.wrap(exactly(expected, stream)));
                  }));
    } catch (EmptyObject e) {
      return new Start(0, ByteBuffer.allocate(0));
    }
  }

  /** A server that knows no ranges answers with all bytes and without a range. */
  private static long total(GetObjectResponse answer) {
    String range = answer.contentRange();
    return range == null
        ? answer.contentLength()
        : Long.parseLong(range.substring(range.lastIndexOf('/') + 1));
  }

  /** Reads a range, whole. */
  byte[] get(String key, long position, int length) throws IOException {
    String range = "bytes=" + position + "-" + (position + length - 1);
    return call(
        Action.GET,
        key,
        () ->
            s3.getObject(
                get -> get.bucket(place.bucket()).key(key).range(range).requestPayer(payer()),
                (answer, stream) -> {
                  requireRange(length, answer);
                  return exactly(length, stream);
                }));
  }

  private static void requireRange(int length, GetObjectResponse answer) {
    if (answer.contentLength() != length) {
      throw RetryableException.create(
          "the answer has " + answer.contentLength() + " bytes, not the " + length + " asked for");
    }
  }

  /** An answer may end early without an error; the SDK tries again if it is told. */
  private static byte[] exactly(int length, InputStream stream) {
    try {
      byte[] bytes = stream.readNBytes(length);
      if (bytes.length < length) {
        throw RetryableException.create(
            "the answer ended after " + bytes.length + " of " + length + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw RetryableException.create("the answer broke off: " + e.getMessage(), e);
    }
  }

  /** Writes a small object in one request, unless there is one and the server heeds that. */
  void put(String key, Body body, String write, boolean onlyIfNew) throws IOException {
    PutObjectRequest.Builder put =
        PutObjectRequest.builder()
            .bucket(place.bucket())
            .key(key)
            .contentType(BINARY)
            .metadata(Map.of(WRITE, write))
            .serverSideEncryption(encryption())
            .ssekmsKeyId(options.kmsKey().orElse(null))
            .tagging(tagging())
            .requestPayer(payer());
    if (onlyIfNew) {
      put.ifNoneMatch("*");
    }
    call(Action.PUT, key, () -> s3.putObject(put.build(), content(body)));
  }

  Upload createUpload(String key, String write) throws IOException {
    return call(
        Action.CREATE_UPLOAD,
        key,
        () ->
            new Upload(
                key,
                s3.createMultipartUpload(
                        create -> {
                          create
                              .bucket(place.bucket())
                              .key(key)
                              .contentType(BINARY)
                              .metadata(Map.of(WRITE, write))
                              .serverSideEncryption(encryption())
                              .ssekmsKeyId(options.kmsKey().orElse(null))
                              .tagging(tagging())
                              .requestPayer(payer());
                          partChecksum.ifPresent(create::checksumAlgorithm);
                        })
                    .uploadId()));
  }

  CompletedPart uploadPart(Upload upload, int number, Body body) throws IOException {
    UploadPartResponse answer =
        call(
            Action.UPLOAD_PART,
            upload.key,
            () ->
                s3.uploadPart(
                    part -> {
                      part.bucket(place.bucket())
                          .key(upload.key)
                          .uploadId(upload.id)
                          .partNumber(number)
                          .requestPayer(payer());
                      partChecksum.ifPresent(part::checksumAlgorithm);
                    },
                    content(body)));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(answer.eTag())
        .checksumCRC32(answer.checksumCRC32())
        .build();
  }

  /** Without a condition: some servers ignore it here. */
  void completeUpload(Upload upload, List<CompletedPart> parts) throws IOException {
    call(
        Action.COMPLETE_UPLOAD,
        upload.key,
        () ->
            s3.completeMultipartUpload(
                complete ->
                    complete
                        .bucket(place.bucket())
                        .key(upload.key)
                        .uploadId(upload.id)
                        .requestPayer(payer())
                        .multipartUpload(all -> all.parts(parts))));
  }

  void abortUpload(Upload upload) throws IOException {
    call(
        Action.ABORT_UPLOAD,
        upload.key,
        () ->
            s3.abortMultipartUpload(
                abort ->
                    abort
                        .bucket(place.bucket())
                        .key(upload.key)
                        .uploadId(upload.id)
                        .requestPayer(payer())));
  }

  /** The uploads under the prefix, or of one key, that were begun and not finished. */
  List<Upload> uploads(String prefix) throws IOException {
    ListMultipartUploadsRequest request =
        ListMultipartUploadsRequest.builder()
            .bucket(place.bucket())
            .prefix(prefix)
            .requestPayer(payer())
            .build();
    return call(
        Action.LIST_UPLOADS,
        prefix,
        () -> {
          List<Upload> uploads = new ArrayList<>();
          for (ListMultipartUploadsResponse page : s3.listMultipartUploadsPaginator(request)) {
            for (MultipartUpload upload : page.uploads()) {
              uploads.add(new Upload(upload.key(), upload.uploadId()));
            }
          }
          return uploads;
        });
  }

  void delete(String key) throws IOException {
    call(
        Action.DELETE,
        key,
        () ->
            s3.deleteObject(
                delete -> delete.bucket(place.bucket()).key(key).requestPayer(payer())));
  }

  private RequestBody content(Body body) {
    return RequestBody.fromContentProvider(
        () -> bandwidth.limit(new ByteArrayInputStream(body.buffer, 0, body.length)),
        body.length,
        BINARY);
  }

  // For the SDK, null is what nobody said.

  private RequestPayer payer() {
    return options.requesterPays() ? RequestPayer.REQUESTER : null;
  }

  private ServerSideEncryption encryption() {
    return switch (options.encryption()) {
      case BUCKET -> null;
      case S3 -> ServerSideEncryption.AES256;
      case KMS -> ServerSideEncryption.AWS_KMS;
    };
  }

  private Tagging tagging() {
    if (options.tags().isEmpty()) {
      return null;
    }
    return Tagging.builder()
        .tagSet(
            options.tags().entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList())
        .build();
  }

  private <T> T call(Action action, String key, Supplier<T> request) throws IOException {
    try {
      return request.get();
    } catch (SdkException e) {
      throw errors.explain(action, key, e);
    }
  }
}
