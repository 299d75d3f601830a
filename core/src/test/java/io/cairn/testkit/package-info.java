/**
 * Tools that make storage fail on purpose: {@link io.cairn.testkit.CrashDisk} loses what was not
 * forced, {@link io.cairn.testkit.Crashes} crashes a scenario after each operation, {@link
 * io.cairn.testkit.Damage} breaks files, {@link io.cairn.testkit.SyncAgent} moves them to S3 in any
 * order, {@link io.cairn.testkit.ForkedJvm} runs a process that can be killed. Most tests need
 * {@code Crashes} and {@code StoreContract} only. Everything random comes from {@link
 * io.cairn.testkit.Repro}.
 */
package io.cairn.testkit;
