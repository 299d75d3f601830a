// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.rehearsal.AttemptReport.End;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** Runs one life of the training, from new machines to their end. Used once, by one thread. */
final class Attempt {
  private final Job job;
  private final Conditions conditions;
  private final Workplace place;
  private final int number;
  private final List<HostFolder> hosts = new ArrayList<>();
  private final List<UploadAgent> agents = new ArrayList<>();
  private final List<HostProcess> processes = new ArrayList<>();
  private final List<TrainingLog> logs = new ArrayList<>();

  Attempt(Job job, Conditions conditions, Workplace place, int number) {
    this.job = job;
    this.conditions = conditions;
    this.place = place;
    this.number = number;
  }

  /** How an attempt ended; the lines of that host are shown. */
  private record Ended(End end, String why, int host) {}

  /** The folders of its hosts. */
  List<HostFolder> hosts() {
    return List.copyOf(hosts);
  }

  /** What its hosts' lines told of the result. */
  List<String> resultLines() {
    return logs.stream().flatMap(log -> log.result().stream()).toList();
  }

  AttemptReport run() throws IOException, InterruptedException {
    int restored = prepare();
    SnapshotEvidence evidence = new SnapshotEvidence(hosts.get(0).checkpoints());
    Watch watch =
        new Watch(
            conditions.interruption(number).map(Interruption::when),
            conditions.random(number, "interruption"),
            new Watch.Progress(this::uploads, new UploadedSnapshots(place.bucket())));
    Ended ended;
    Duration duration;
    try {
      start(watch);
      ended = await(watch);
      duration = watch.elapsed();
    } finally {
      agents.forEach(UploadAgent::stop);
      processes.forEach(HostProcess::close);
    }
    for (UploadAgent agent : agents) {
      agent.stopAtOnce();
    }
    for (HostFolder host : hosts) {
      evidence.look(host.checkpoints());
    }
    return report(restored, evidence, ended, duration);
  }

  /** Machines with what S3 holds. */
  private int prepare() throws IOException {
    int restored = 0;
    hosts.addAll(place.newHosts(conditions.hosts(number), job));
    for (HostFolder host : hosts) {
      restored = place.restore(host.checkpoints(), conditions.neighbours().isPresent());
      agents.add(
          new UploadAgent(
              host.checkpoints(),
              place.bucket(),
              Workplace.PREFIX,
              conditions.sync(),
              conditions.random(number, host.host())));
    }
    return restored;
  }

  private void start(Watch watch) throws IOException {
    agents.forEach(UploadAgent::start);
    for (HostFolder host : hosts) {
      TrainingLog log = new TrainingLog(job);
      logs.add(log);
      processes.add(
          HostProcess.start(
              job.process(host),
              place.log(number, host.host()),
              line -> {
                log.accept(line);
                watch.accept(line);
              }));
    }
  }

  private int uploads() {
    return agents.stream().mapToInt(UploadAgent::files).sum();
  }

  private Ended await(Watch watch) throws IOException, InterruptedException {
    while (true) {
      processes.forEach(HostProcess::look);
      for (UploadAgent agent : agents) {
        agent.throwFailure();
      }
      Optional<Ended> ended = endedByItself();
      if (ended.isPresent()) {
        return ended.get();
      }
      if (watch.isDue()) {
        return interrupt(conditions.interruption(number).orElseThrow());
      }
      if (watch.elapsed().compareTo(conditions.limit()) > 0) {
        return new Ended(End.TIMED_OUT, "still ran after " + Texts.duration(conditions.limit()), 0);
      }
      watch.pause();
    }
  }

  private Optional<Ended> endedByItself() throws IOException, InterruptedException {
    // Asked first: one that ends meanwhile is looked at next time, with its status.
    boolean allEnded = processes.stream().noneMatch(HostProcess::isAlive);
    for (int i = 0; i < processes.size(); i++) {
      HostProcess process = processes.get(i);
      if (!process.isAlive() && process.status() != 0) {
        String name = hosts.get(i).host();
        String why =
            "ended by itself with status "
                + process.status()
                + (processes.size() == 1 ? "" : " on " + name);
        return Optional.of(new Ended(End.FAILED, why, i));
      }
    }
    if (!allEnded) {
      return Optional.empty();
    }
    drain();
    return Optional.of(new Ended(End.FINISHED, "ended by itself with status 0", 0));
  }

  private void drain() throws IOException, InterruptedException {
    for (UploadAgent agent : agents) {
      agent.drain();
    }
  }

  private Ended interrupt(Interruption interruption) throws IOException, InterruptedException {
    String why = interruption.toString();
    if (interruption.how() == Interruption.How.TERM) {
      why += ", and " + terminate();
    }
    return new Ended(End.INTERRUPTED, why, 0);
  }

  /** Gives all hosts the time to end. */
  private String terminate() throws IOException, InterruptedException {
    processes.forEach(HostProcess::terminate);
    Watch grace =
        new Watch(
            Optional.of(When.after(conditions.grace())),
            conditions.random(number, "grace"),
            new Watch.Progress(() -> 0, () -> 0));
    while (processes.stream().anyMatch(HostProcess::isAlive) && !grace.isDue()) {
      processes.forEach(HostProcess::look);
      grace.pause();
    }
    if (processes.stream().anyMatch(HostProcess::isAlive)) {
      return "SIGKILL after the grace of " + Texts.duration(conditions.grace());
    }
    if (conditions.sync().drains()) {
      drain();
    }
    String statuses =
        String.join(" ", processes.stream().map(p -> String.valueOf(p.status())).toList());
    return "it ended within " + Texts.duration(grace.elapsed()) + " with status " + statuses;
  }

  private AttemptReport report(
      int restored, SnapshotEvidence evidence, Ended ended, Duration duration) {
    return new AttemptReport(
        number,
        hosts.size(),
        restored,
        evidence.available(),
        evidence.resume().or(this::resumeByLog).orElseGet(() -> resumeByFolder(restored)),
        reached(evidence),
        ended.end,
        ended.why,
        duration,
        new AttemptReport.Uploaded(uploads(), agents.stream().mapToLong(UploadAgent::bytes).sum()),
        new AttemptReport.SnapshotTimes(
            logs.stream().flatMap(log -> log.stalls().stream()).toList(),
            logs.stream().flatMap(log -> log.writes().stream()).toList()),
        logs.get(ended.host).tail());
  }

  private Optional<ResumePoint> resumeByLog() {
    for (TrainingLog log : logs) {
      if (log.isRestoreSaid()) {
        return Optional.of(ResumePoint.of(log.resumedFrom(), ResumePoint.Evidence.LOG));
      }
    }
    return logs.stream()
        .flatMapToLong(log -> log.firstStep().stream())
        .mapToObj(first -> ResumePoint.atStep(Math.max(0, first - 1)))
        .findFirst();
  }

  private static ResumePoint resumeByFolder(int restored) {
    return restored == 0 ? ResumePoint.inEmptyFolder() : ResumePoint.unknown();
  }

  private OptionalLong reached(SnapshotEvidence evidence) {
    return LongStream.concat(
            evidence.reached().stream(),
            logs.stream().flatMapToLong(log -> log.lastStep().stream()))
        .max();
  }
}
