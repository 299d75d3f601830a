// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How an {@link S3Store} talks to S3. What is not said here is found by the SDK: credentials by its
 * default chain, the region by {@code AWS_REGION} or the profile, an endpoint by {@code
 * AWS_ENDPOINT_URL_S3}. Immutable.
 */
public final class S3Options {
  private static final int MIB = 1 << 20;

  /** S3 takes no smaller ones but for the last. */
  private static final int MIN_PART_BYTES = 5 * MIB;

  private static final int MAX_PART_BYTES = 1024 * MIB;
  private static final int DEFAULT_PART_BYTES = 16 * MIB;
  private static final int DEFAULT_THREADS = 4;
  private static final int MAX_THREADS = 64;

  private static final S3Options DEFAULTS = builder().build();

  private final Optional<S3Client> client;
  private final Optional<String> region;
  private final Optional<String> profile;
  private final Optional<URI> endpoint;
  private final Optional<Boolean> pathStyle;
  private final Encryption encryption;
  private final Optional<String> kmsKey;
  private final SortedMap<String, String> tags;
  private final boolean requesterPays;
  private final int partBytes;
  private final int threads;
  private final long uploadBytesPerSecond;
  private final Optional<RequestChecksumCalculation> requestChecksums;
  private final Optional<ResponseChecksumValidation> responseChecksums;
  private final Optional<Boolean> chunkedEncoding;

  private S3Options(Builder told) {
    client = told.client;
    region = told.region;
    profile = told.profile;
    endpoint = told.endpoint;
    pathStyle = told.pathStyle;
    encryption = told.encryption;
    kmsKey = told.kmsKey;
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(told.tags));
    requesterPays = told.requesterPays;
    partBytes = told.partBytes;
    threads = told.threads;
    uploadBytesPerSecond = told.uploadBytesPerSecond;
    requestChecksums = told.requestChecksums;
    responseChecksums = told.responseChecksums;
    chunkedEncoding = told.chunkedEncoding;
  }

  /**
   * What holds if nothing is said.
   *
   * @return parts of 16 MiB, 4 threads, no limit of bandwidth
   */
  public static S3Options defaults() {
    return DEFAULTS;
  }

  /**
   * Starts to say something else.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  Optional<S3Client> client() {
    return client;
  }

  Optional<String> region() {
    return region;
  }

  Optional<String> profile() {
    return profile;
  }

  Optional<URI> endpoint() {
    return endpoint;
  }

  /** Servers other than S3 rarely have a name for each bucket. */
  boolean pathStyle() {
    return pathStyle.orElse(endpoint.isPresent());
  }

  Encryption encryption() {
    return encryption;
  }

  Optional<String> kmsKey() {
    return kmsKey;
  }

  SortedMap<String, String> tags() {
    return tags;
  }

  boolean requesterPays() {
    return requesterPays;
  }

  int partBytes() {
    return partBytes;
  }

  int threads() {
    return threads;
  }

  long uploadBytesPerSecond() {
    return uploadBytesPerSecond;
  }

  Optional<RequestChecksumCalculation> requestChecksums() {
    return requestChecksums;
  }

  Optional<ResponseChecksumValidation> responseChecksums() {
    return responseChecksums;
  }

  Optional<Boolean> chunkedEncoding() {
    return chunkedEncoding;
  }

  /** Who encrypts. */
  enum Encryption {
    /** Whatever the bucket's settings say. */
    BUCKET,
    /** SSE-S3. */
    S3,
    /** SSE-KMS. */
    KMS
  }

  /** Mutable, for one thread. */
  public static final class Builder {
    private Optional<S3Client> client = Optional.empty();
    private Optional<String> region = Optional.empty();
    private Optional<String> profile = Optional.empty();
    private Optional<URI> endpoint = Optional.empty();
    private Optional<Boolean> pathStyle = Optional.empty();
    private Encryption encryption = Encryption.BUCKET;
    private Optional<String> kmsKey = Optional.empty();
    private SortedMap<String, String> tags = new TreeMap<>();
    private boolean requesterPays;
    private int partBytes = DEFAULT_PART_BYTES;
    private int threads = DEFAULT_THREADS;
    private long uploadBytesPerSecond = Long.MAX_VALUE;
    private Optional<RequestChecksumCalculation> requestChecksums = Optional.empty();
    private Optional<ResponseChecksumValidation> responseChecksums = Optional.empty();
    private Optional<Boolean> chunkedEncoding = Optional.empty();

    private Builder() {}

    /**
     * A client of the caller's, with whatever transport, credentials and retries it has. Region,
     * profile, endpoint, path style, checksums and chunked encoding are then its own, and cannot be
     * said here.
     *
     * @param own the client; the caller closes it
     * @return this
     */
    public Builder client(S3Client own) {
      client = Optional.of(own);
      return this;
    }

    /**
     * The bucket's region. Default: {@code AWS_REGION}, which SageMaker sets, or the profile's;
     * with an endpoint of one's own and neither of them, {@code us-east-1}.
     *
     * @param name as in {@code eu-west-1}
     * @return this
     */
    public Builder region(String name) {
      region = Optional.of(name);
      return this;
    }

    /**
     * The profile of the AWS configuration files.
     *
     * @param name its name
     * @return this
     */
    public Builder profile(String name) {
      profile = Optional.of(name);
      return this;
    }

    /**
     * A server that speaks S3, or an endpoint of a private network.
     *
     * @param server as in {@code https://storage.example.com:9000}
     * @return this
     * @throws IllegalArgumentException if it is no http address
     */
    public Builder endpoint(URI server) {
      String scheme = Objects.requireNonNullElse(server.getScheme(), "");
      if (!scheme.matches("https?") || server.getHost() == null) {
        throw new IllegalArgumentException(
            "endpoint needs an address as in https://storage.example.com, but is " + server);
      }
      endpoint = Optional.of(server);
      return this;
    }

    /**
     * Whether the bucket is named in the path instead of the host. Default: with an endpoint of
     * one's own it is.
     *
     * @param inPath true for {@code https://server/bucket/key}
     * @return this
     */
    public Builder pathStyle(boolean inPath) {
      pathStyle = Optional.of(inPath);
      return this;
    }

    /**
     * Encrypts objects with S3's own keys (SSE-S3). Default: as the bucket's settings say.
     *
     * @return this
     */
    public Builder encryptWithS3Keys() {
      encryption = Encryption.S3;
      kmsKey = Optional.empty();
      return this;
    }

    /**
     * Encrypts objects with a key of the Key Management Service (SSE-KMS). Default: as the bucket's
     * settings say.
     *
     * @param key its id, ARN or alias
     * @return this
     */
    public Builder encryptWithKmsKey(String key) {
      encryption = Encryption.KMS;
      kmsKey = Optional.of(key);
      return this;
    }

    /**
     * Puts a tag on every object; needs {@code s3:PutObjectTagging}.
     *
     * @param key of 1 to 128 characters
     * @param value of up to 256 characters
     * @return this
     * @throws IllegalArgumentException if they are longer, or there are more than 10
     */
    public Builder tag(String key, String value) {
      if (key.isEmpty() || key.length() > 128 || value.length() > 256) {
        throw new IllegalArgumentException("S3 takes no tag '" + key + "' = '" + value + "'");
      }
      tags.put(key, value);
      if (tags.size() > 10) {
        throw new IllegalArgumentException("S3 takes 10 tags, but there are " + tags.keySet());
      }
      return this;
    }

    /**
     * Puts tags on every object.
     *
     * @param all tags by key
     * @return this
     */
    public Builder tags(Map<String, String> all) {
      all.forEach(this::tag);
      return this;
    }

    /**
     * Says that we pay for requests to a bucket that asks for it. Default: no.
     *
     * @param pays whether we pay
     * @return this
     */
    public Builder requesterPays(boolean pays) {
      requesterPays = pays;
      return this;
    }

    /**
     * The size of the parts in which a file is uploaded; smaller files go in one request. S3 takes
     * 10,000 parts, so that this also limits the size of a file.
     *
     * @param bytes from 5 MiB to 1 GiB; default 16 MiB
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder partBytes(int bytes) {
      if (bytes < MIN_PART_BYTES || bytes > MAX_PART_BYTES) {
        throw new IllegalArgumentException("partBytes needs 5 MiB to 1 GiB, but is " + bytes);
      }
      partBytes = bytes;
      return this;
    }

    /**
     * How many requests of one store run at a time. An upload takes so many parts of memory and one
     * more; a file being read up to 8 MiB for each.
     *
     * @param count from 1 to 64; default 4
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder threads(int count) {
      if (count < 1 || count > MAX_THREADS) {
        throw new IllegalArgumentException(
            "threads needs 1 to " + MAX_THREADS + ", but is " + count);
      }
      threads = count;
      return this;
    }

    /**
     * How many bytes all uploads of the store send in a second, at most. To an endpoint without TLS
     * it may be half of it, as the SDK reads the bytes twice.
     *
     * @param bytes more than 0; default no limit
     * @return this
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder uploadBytesPerSecond(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("uploadBytesPerSecond needs >= 1, but is " + bytes);
      }
      uploadBytesPerSecond = bytes;
      return this;
    }

    /**
     * When uploads carry checksums that the server checks. Default: the SDK's, always; servers that
     * do not know the header need {@code WHEN_REQUIRED}.
     *
     * @param when the rule
     * @return this
     */
    public Builder requestChecksums(RequestChecksumCalculation when) {
      requestChecksums = Optional.of(when);
      return this;
    }

    /**
     * When the SDK checks what it downloads; digests of ours are checked in any case. Default: the
     * SDK's, wherever the server sends a checksum.
     *
     * @param when the rule
     * @return this
     */
    public Builder responseChecksums(ResponseChecksumValidation when) {
      responseChecksums = Optional.of(when);
      return this;
    }

    /**
     * Whether bodies may be sent in signed chunks. Some old servers store the frames of the chunks
     * as data, which is noticed: turn it off for those. Default: the SDK's.
     *
     * @param chunks whether they may
     * @return this
     */
    public Builder chunkedEncoding(boolean chunks) {
      chunkedEncoding = Optional.of(chunks);
      return this;
    }

    /**
     * The options as said so far.
     *
     * @return the options
     * @throws IllegalStateException if there is a client of the caller's, and something was said
     *     that only another could heed
     */
    public S3Options build() {
      List<String> ofClient = saidOfClient();
      if (client.isPresent() && !ofClient.isEmpty()) {
        throw new IllegalStateException(
            "The options have a client of their own, which was made without "
                + String.join(", ", ofClient)
                + ": set that on the client, or leave the client out");
      }
      return new S3Options(this);
    }

    private List<String> saidOfClient() {
      Map<String, Optional<?>> said = new LinkedHashMap<>();
      said.put("region", region);
      said.put("profile", profile);
      said.put("endpoint", endpoint);
      said.put("pathStyle", pathStyle);
      said.put("requestChecksums", requestChecksums);
      said.put("responseChecksums", responseChecksums);
      said.put("chunkedEncoding", chunkedEncoding);
      said.values().removeIf(Optional::isEmpty);
      return List.copyOf(said.keySet());
    }
  }
}
