// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;

/** What the SDK throws, as what the caller can do about it. */
final class S3Errors {
  private static final Set<String> BAD_CREDENTIALS =
      Set.of(
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "ExpiredToken",
          "InvalidToken",
          "TokenRefreshRequired",
          "RequestTimeTooSkewed");

  private static final Set<String> OTHER_REGION =
      Set.of(
          "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException",
          "IncorrectEndpoint");

  private final S3Place place;

  S3Errors(S3Place place) {
    this.place = place;
  }

  /** A request to S3, as its documentation and its permission name it. */
  enum Action {
    LIST("ListObjectsV2", "s3:ListBucket", true),
    HEAD("HeadObject", "s3:GetObject", false),
    GET("GetObject", "s3:GetObject", false),
    PUT("PutObject", "s3:PutObject", false),
    CREATE_UPLOAD("CreateMultipartUpload", "s3:PutObject", false),
    UPLOAD_PART("UploadPart", "s3:PutObject", false),
    COMPLETE_UPLOAD("CompleteMultipartUpload", "s3:PutObject", false),
    ABORT_UPLOAD("AbortMultipartUpload", "s3:AbortMultipartUpload", false),
    LIST_UPLOADS("ListMultipartUploads", "s3:ListBucketMultipartUploads", true),
    DELETE("DeleteObject", "s3:DeleteObject", false);

    private final String title;
    private final String permission;
    private final boolean ofBucket;

    Action(String title, String permission, boolean ofBucket) {
      this.title = title;
      this.permission = permission;
      this.ofBucket = ofBucket;
    }

    /** Whether the answer that there is none means what was asked for, and nothing else. */
    boolean ofObject() {
      return this == HEAD || this == GET || this == DELETE || this == ABORT_UPLOAD;
    }
  }

  /** Translates what a request threw. */
  IOException explain(Action action, String key, SdkException e) {
    String what = action.title + " " + place.uri(key);
    if (e instanceof AwsServiceException answer) {
      return explain(action, key, what, answer);
    }
    return new IOException(what + " failed: " + clientAdvice(String.valueOf(e.getMessage())), e);
  }

  private IOException explain(Action action, String key, String what, AwsServiceException e) {
    Optional<String> region = regionOf(e);
    String code = code(e);
    if (e.statusCode() == 301 || OTHER_REGION.contains(code)) {
      return new IOException(what + " failed: " + otherRegion(region), e);
    }
    if (code.equals("NoSuchBucket")) {
      return new IOException(
          "There is no bucket '" + place.bucket() + "' (" + place + "); check the name", e);
    }
    if (e.statusCode() == 404) {
      return action.ofObject()
          ? with(new NoSuchFileException(place.uri(key)), e)
          : new IOException(what + " failed: " + answer(code, e) + gone(code), e);
    }
    if (e.statusCode() == 501) {
      return new NotImplementedByServer(what + " failed: " + answer(code, e), e);
    }
    if (e.statusCode() == 416) {
      return new EmptyObject(what + " failed: " + answer(code, e), e);
    }
    if (e.statusCode() == 412) {
      return with(new FileAlreadyExistsException(place.uri(key)), e);
    }
    if (BAD_CREDENTIALS.contains(code)) {
      return new IOException(
          what + " failed: the credentials are not accepted (" + code + "); " + credentials(), e);
    }
    if (e.statusCode() == 403) {
      return with(new AccessDeniedException(place.uri(key), null, denied(action, code, e)), e);
    }
    return new IOException(what + " failed after retries: " + answer(code, e), e);
  }

  private static String gone(String code) {
    return code.equals("NoSuchUpload")
        ? "; the upload was aborted by a lifecycle rule or another program, and has to begin anew"
        : "";
  }

  private static IOException with(IOException exception, SdkException cause) {
    exception.initCause(cause);
    return exception;
  }

  private String denied(Action action, String code, AwsServiceException e) {
    String resource =
        "arn:aws:s3:::" + place.bucket() + (action.ofBucket ? "" : "/" + place.prefix() + "*");
    String message = String.valueOf(detail(e)).toLowerCase(Locale.ROOT);
    boolean kms = code.startsWith("KMS") || message.contains("kms:");
    return action.title
        + " is not allowed ("
        + code
        + "): the role needs "
        + action.permission
        + " on "
        + resource
        + (kms ? ", and kms:GenerateDataKey and kms:Decrypt on the bucket's key" : "")
        + (action == Action.HEAD || action == Action.GET
            ? ", and s3:ListBucket, without which a missing object looks the same"
            : "")
        + "; docs/S3.md has the policy";
  }

  private String otherRegion(Optional<String> region) {
    return "bucket '"
        + place.bucket()
        + "' is in "
        + region.map(name -> "region " + name).orElse("another region")
        + ", the client is not; set AWS_REGION"
        + region.map(name -> "=" + name).orElse("")
        + " or the region of the S3 options";
  }

  private static Optional<String> regionOf(AwsServiceException e) {
    return Optional.ofNullable(e.awsErrorDetails())
        .map(AwsErrorDetails::sdkHttpResponse)
        .flatMap((SdkHttpResponse response) -> response.firstMatchingHeader("x-amz-bucket-region"));
  }

  /** An answer to HEAD has no body and so no code. */
  static String code(AwsServiceException e) {
    return Optional.ofNullable(e.awsErrorDetails())
        .map(AwsErrorDetails::errorCode)
        .orElse("status " + e.statusCode());
  }

  private static String detail(AwsServiceException e) {
    return Optional.ofNullable(e.awsErrorDetails()).map(AwsErrorDetails::errorMessage).orElse("");
  }

  private static String answer(String code, AwsServiceException e) {
    return "status "
        + e.statusCode()
        + " "
        + code
        + " "
        + detail(e)
        + " (request "
        + e.requestId()
        + ")";
  }

  static String clientAdvice(String message) {
    if (message.contains("Unable to load credentials")) {
      return "there are no credentials; " + credentials();
    }
    if (message.contains("Unable to load region")) {
      return "there is no region; set AWS_REGION or the region of the S3 options";
    }
    return message;
  }

  private static String credentials() {
    return "in a SageMaker job they are the execution role's (none under network isolation), elsewhere"
        + " set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables";
  }
}
