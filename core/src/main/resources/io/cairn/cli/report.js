// SPDX-License-Identifier: Apache-2.0
// Draws a report. Everything in `data` comes from files and is shown as text, never as markup.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const charts = [];
const UNKNOWN = '-';

// ---- Texts

function count(number, noun) {
  return number + ' ' + noun + (number === 1 ? '' : 's');
}

function bytes(size) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return (unit === 0 ? size : size.toFixed(1)) + ' ' + units[unit];
}

function number(value) {
  if (value === null || value === undefined) {
    return UNKNOWN;
  }
  return typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(5))) : String(value);
}

function millis(value) {
  if (value === undefined || value === null) {
    return UNKNOWN;
  }
  return value < 1000 ? number(value) + ' ms' : number(value / 1000) + ' s';
}

function time(epochMillis) {
  return epochMillis === undefined ? UNKNOWN : new Date(epochMillis).toISOString().replace('T', ' ').replace('.000Z', 'Z');
}

function id(snapshot) {
  return snapshot.step + '/' + snapshot.attempt;
}

/** Charts have no place for NaN and infinities, which are texts in the data. */
function finite(value) {
  return typeof value === 'number' ? value : null;
}

// ---- Elements

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) {
    made.textContent = text;
  }
  if (className) {
    made.className = className;
  }
  return made;
}

function add(parent, ...children) {
  children.forEach(child => parent.appendChild(child));
  return parent;
}

/** Heads that begin with > are of numbers; those that end with * may be long. */
function table(caption, heads, rows) {
  const made = element('table');
  add(made, element('caption', caption, 'unseen'));
  const headRow = element('tr');
  const classes = heads.map(head => head.startsWith('>') ? 'number' : head.endsWith('*') ? 'wide' : '');
  heads.forEach((head, i) => {
    const cell = element('th', head.replace(/^>|\*$/g, ''), classes[i]);
    cell.scope = 'col';
    headRow.appendChild(cell);
  });
  add(made, add(element('thead'), headRow));
  const body = element('tbody');
  rows.forEach(row => {
    const line = element('tr');
    row.forEach((text, i) => line.appendChild(element('td', text, classes[i])));
    body.appendChild(line);
  });
  return add(made, body);
}

function scrolling(content, label) {
  const box = element('div', undefined, 'scroll');
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', label);
  return add(box, content);
}

/** A table is made when it is opened: large runs have many, and few are looked at. */
function tableBehind(title, content) {
  const details = element('details');
  add(details, element('summary', 'Table: ' + title));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) {
      const [heads, rows] = content();
      details.appendChild(scrolling(table(title, heads, rows), title));
    }
  });
  return details;
}

// ---- Charts

function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colours(name) {
  return style(name).split(',').map(colour => colour.trim());
}

function narrow() {
  return window.innerWidth < 600;
}

function axis(more) {
  const soft = style('--soft');
  const line = {lineStyle: {color: style('--line')}};
  return Object.assign(
    {nameTextStyle: {color: soft}, nameLocation: 'middle', axisLine: line, splitLine: line, axisTick: line}, more,
    {axisLabel: Object.assign({color: soft, hideOverlap: true}, more.axisLabel)});
}

function timeAxis() {
  return axis({type: 'time', splitNumber: narrow() ? 3 : 8, splitLine: {show: false}});
}

function frame(description, option) {
  return Object.assign({
    animation: false,
    useUTC: true,
    color: colours('--series'),
    backgroundColor: 'transparent',
    aria: {enabled: true, label: {description: description}},
    grid: {left: 12, right: 18, top: 34, bottom: 26, containLabel: true},
    legend: {type: 'scroll', top: 0, left: 0, textStyle: {color: style('--text')},
      pageTextStyle: {color: style('--text')}, pageIconColor: style('--link')},
    textStyle: {color: style('--text'), fontFamily: 'system-ui, sans-serif'},
  }, option, {tooltip: Object.assign({
    renderMode: 'richText', confine: true, backgroundColor: style('--page'), borderColor: style('--line'),
    textStyle: {color: style('--text')}}, option.tooltip)});
}

/**
 * Draws a chart with its title, note and table.
 *
 * @param given title, note, height, option (makes ECharts' options in the colours of now), table (heads and rows)
 *     and say (what a point is in words)
 */
function chart(parent, given) {
  const figure = element('figure');
  const caption = add(element('figcaption'), element('h3', given.title));
  if (given.note) {
    caption.appendChild(element('p', given.note));
  }
  const plot = element('div', undefined, 'plot');
  plot.style.height = (given.height || 260) + 'px';
  plot.tabIndex = 0;
  add(parent, add(figure, caption, plot, tableBehind(given.title, given.table)));
  const entry = {drawn: null, plot: plot, figure: figure, given: given, at: null};
  entry.draw = () => {
    entry.drawn = entry.drawn || echarts.init(plot);
    const drawn = entry.drawn;
    drawn.setOption(frame(given.title + '. ' + (given.note || ''), given.option()), true);
    plot.setAttribute('role', 'img');
    figure.dataset.chart = given.name;
    figure.dataset.points = String(points(drawn));
  };
  plot.addEventListener('keydown', event => step(entry, event));
  charts.push(entry);
  return entry;
}

function valueOf(point) {
  return point && !Array.isArray(point) && typeof point === 'object' ? point.value : point;
}

/** Gaps in lines are no points. */
function isPoint(point) {
  return [].concat(valueOf(point)).every(value => value !== null && value !== undefined);
}

function points(drawn) {
  return drawn.getOption().series.reduce((sum, series) => sum + series.data.filter(isPoint).length, 0);
}

/** Goes through the points by keys, and says each. */
function step(entry, event) {
  if (!entry.drawn) {
    return;
  }
  const series = entry.drawn.getOption().series;
  const places = [];
  series.forEach((one, s) => one.data.forEach((point, i) => isPoint(point) && places.push([s, i])));
  const moves = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1};
  let at = entry.at;
  if (event.key === 'Home') {
    at = 0;
  } else if (event.key === 'End') {
    at = places.length - 1;
  } else if (moves[event.key]) {
    at = at === null ? 0 : Math.max(0, Math.min(places.length - 1, at + moves[event.key]));
  } else {
    return;
  }
  event.preventDefault();
  if (places.length === 0) {
    return;
  }
  entry.at = at;
  const [s, i] = places[at];
  entry.drawn.dispatchAction({type: 'showTip', seriesIndex: s, dataIndex: i});
  document.getElementById('said').textContent = entry.given.say(valueOf(series[s].data[i]), series[s].name, i);
}

// ---- Sections

function head() {
  const title = 'Cairn report: run ' + data.run;
  document.title = title;
  document.getElementById('title').textContent = title;
  const all = data.counts;
  document.getElementById('summary').textContent =
    data.place + ': ' + count(all.all, 'snapshot') + ' of ' + count(data.attempts.length, 'attempt');
  const verdict = document.getElementById('verdict');
  verdict.textContent = (data.verified ? all.sound + ' sound' : all.sound + ' complete by manifests, not verified') +
    ', ' + all.incomplete + ' incomplete, ' + all.damaged + ' damaged' + (all.unreadable > 0 ? ', ' + all.unreadable + ' not readable' : '');
  verdict.classList.add(all.damaged + all.unreadable > 0 || all.sound === 0 ? 'bad' : 'good');
  data.notes.forEach(note => document.getElementById('notes').appendChild(element('li', note)));
  document.querySelectorAll('main > section').forEach(section => {
    const link = element('a', section.querySelector('h2').textContent);
    link.href = '#' + section.id;
    document.getElementById('contents').appendChild(add(element('li'), link));
  });
  document.getElementById('made').textContent = 'Made ' + data.made + '. All times are UTC.';
}

/** How an attempt ended is known only by the next one. */
function interruptions() {
  return data.attempts.slice(1).map((attempt, i) => ({before: data.attempts[i], after: attempt}));
}

function interruptionText(between) {
  const again = between.after.trainedAgain;
  return 'attempt ' + between.before.attempt + ' ended at or after step ' + between.before.newestStep + '; attempt ' +
    between.after.attempt + (between.after.resumedFrom ? ' resumed from ' + between.after.resumedFrom : ' resumed from nothing that is known') +
    (again === undefined ? '' : ', at least ' + count(again, 'step') + ' trained again');
}

function timeline() {
  const section = document.getElementById('timeline');
  const timed = data.snapshots.filter(snapshot => snapshot.time !== undefined);
  const verdicts = [...new Set(timed.map(snapshot => snapshot.verdict))];
  const colour = {sound: '--good', complete: '--good', incomplete: '--warn'};
  const breaks = interruptions().filter(between => between.before.last !== undefined);
  const attempts = data.attempts.map(attempt => String(attempt.attempt));
  if (timed.length > 0) {
    chart(section, {
      name: 'timeline', title: 'When each attempt saved', height: Math.min(420, 130 + 34 * attempts.length),
      note: 'A line for each attempt, from its first snapshot to its last; what lies before and after, no file tells.',
      option: () => ({
        tooltip: {trigger: 'item', formatter: item => item.data.text || ''},
        xAxis: timeAxis(),
        yAxis: axis({type: 'category', data: attempts, inverse: true, axisLabel: {formatter: attempt => 'attempt ' + attempt}}),
        series: data.attempts.filter(attempt => attempt.first !== undefined).map(attempt => ({
          name: 'attempt', type: 'line', symbol: 'none', lineStyle: {width: 3, color: style('--line')}, itemStyle: {color: style('--line')},
          data: [attempt.first, attempt.last].map(moment => ({value: [moment, String(attempt.attempt)], text: 'attempt ' + attempt.attempt})),
        })).concat(verdicts.map(verdict => ({
          name: verdict, type: 'scatter', symbolSize: timed.length > 200 ? 6 : 10,
          symbol: verdict === 'sound' || verdict === 'complete' ? 'circle' : 'rect',
          itemStyle: {color: style(colour[verdict] || '--bad')},
          data: timed.filter(snapshot => snapshot.verdict === verdict).map(snapshot => (
            {value: [snapshot.time, String(snapshot.attempt)], text: id(snapshot) + ' ' + verdict + '\n' + time(snapshot.time)})),
        })), [{
          name: 'interruption', type: 'scatter', symbol: 'triangle', symbolSize: 15, symbolRotate: -90, symbolOffset: [14, 0],
          itemStyle: {color: style('--bad')},
          data: breaks.map(between => ({value: [between.before.last, String(between.before.attempt)], text: interruptionText(between)})),
        }]),
      }),
      say: (value, name) => name + ' of attempt ' + value[1] + ' at ' + time(value[0]),
      table: () => [['>attempt', 'resumed from', '>snapshots', '>newest step', 'first snapshot', 'last snapshot', '>trained again, at least'],
        data.attempts.map(attempt => [attempt.attempt, attempt.resumedFrom || UNKNOWN, attempt.snapshots, attempt.newestStep,
          time(attempt.first), time(attempt.last), number(attempt.trainedAgain)])],
    });
  }
  const list = element('ul');
  interruptions().slice(0, 50).forEach(between => list.appendChild(element('li', interruptionText(between))));
  section.appendChild(list.childElementCount > 0 ? list : element('p', 'No attempt was followed by another: no interruption is known.'));
  if (data.stops > 0) {
    section.appendChild(element('p', 'A stop was requested (SIGTERM) ' + count(data.stops, 'time') + ', by the log.'));
  }
}

function verdicts() {
  const section = document.getElementById('verdicts');
  const bad = data.snapshots.filter(snapshot => snapshot.findings.length > 0);
  if (!data.verified) {
    section.appendChild(element('p', 'Not verified: manifests and sizes were read, no data.', 'warn'));
  }
  if (bad.length === 0) {
    section.appendChild(element('p', data.verified ? 'All snapshots are sound: every digest was checked.' :
      'Manifests and sizes show no damage.', 'good'));
  } else {
    section.appendChild(scrolling(table('Snapshots that are not sound', ['snapshot', 'verdict', 'why*'],
      bad.map(snapshot => [id(snapshot), snapshot.verdict, snapshot.findings.join('; ')])), 'Snapshots that are not sound'));
  }
  section.appendChild(tableBehind('all snapshots', () => [
    ['snapshot', 'time', '>epoch', '>batch', '>size', '>parts', 'verdict', 'upload', 'on the way to the newest'],
    data.snapshots.map(snapshot => [id(snapshot), time(snapshot.time), number(snapshot.epoch), number(snapshot.batch), bytes(snapshot.bytes),
      snapshot.parts, snapshot.verdict, snapshot.upload === 'unknown' ? UNKNOWN : snapshot.upload, snapshot.onTheWay ? 'yes' : 'no'])]));
}

function risk() {
  const section = document.getElementById('risk');
  const lines = kind => data.risks.flatMap((one, i) => (i > 0 ? [[one[kind].length ? one[kind][0][0] : null, null]] : []).concat(one[kind]));
  const machine = data.risks.some(one => one.machine.length > 0);
  if (data.risks.every(one => one.process.length === 0)) {
    section.appendChild(element('p', 'No manifest tells a time.'));
    return;
  }
  const series = () => [{name: 'if the process dies', kind: 'process'}].concat(machine ? [{name: 'if the disk is lost too', kind: 'machine'}] : [])
    .map(one => ({name: one.name, type: 'line', symbolSize: 4, showSymbol: data.snapshots.length <= 20, connectNulls: false, lineStyle: {width: 1.5}, areaStyle: {opacity: 0.12}, data: lines(one.kind)}));
  chart(section, {
    name: 'risk', title: 'Steps that an interruption would have cost',
    note: 'Steps since the newest usable snapshot that is still here; between snapshots steps are taken to have come evenly. ' +
      'Where retention deleted snapshots, less was at risk. ' +
      (data.logged ? 'A snapshot counts from its capture plus the time its writing took. ' : 'Without a log, a snapshot counts from its capture. ') +
      (machine ? 'In S3 from the time of the marker or, by the log, write and upload after capture at the earliest.'
        : 'What the loss of the disk would have cost needs times of uploads: from --log, or from SageMaker\'s markers.'),
    option: () => ({tooltip: {trigger: 'axis'}, xAxis: timeAxis(), yAxis: axis({type: 'value', minInterval: 1}), series: series()}),
    say: (value, name) => count(value[1], 'step') + ' at ' + time(value[0]) + ', ' + name,
    table: () => [['>attempt', 'time', '>steps', 'if'], data.risks.flatMap(one => ['process', 'machine'].flatMap(kind =>
      one[kind].map(point => [one.attempt, time(point[0]), point[1], kind === 'process' ? 'the process dies' : 'the disk is lost too'])))],
  });
}

function metrics() {
  const section = document.getElementById('metrics');
  if (data.metrics.length === 0) {
    section.appendChild(element('p', 'The snapshots hold no metrics.'));
    return;
  }
  if (data.metricsInAll > data.metrics.length) {
    section.appendChild(element('p', 'The first ' + data.metrics.length + ' of ' + data.metricsInAll + ' metrics.', 'soft'));
  }
  const grid = add(section, element('div', undefined, 'grid')).lastChild;
  const order = data.snapshots.map((snapshot, i) => i).sort((a, b) => data.snapshots[a].step - data.snapshots[b].step);
  const left = data.snapshots.some(snapshot => !snapshot.onTheWay);
  data.metrics.forEach(metric => {
    const on = way => order.filter(i => data.snapshots[i].onTheWay === way && metric.values[i] !== null)
      .map(i => [data.snapshots[i].step, finite(metric.values[i])]);
    chart(grid, {
      name: 'metric ' + metric.name, title: metric.name, height: 230,
      option: () => ({
        tooltip: {trigger: 'axis'},
        xAxis: axis({type: 'value', scale: true, name: 'step', nameGap: 26, minInterval: 1, splitLine: {show: false}}),
        yAxis: axis({type: 'value', scale: true}),
        grid: {left: 12, right: 34, top: 34, bottom: 30, containLabel: true},
        series: [{name: 'on the way to the newest', type: 'line', symbolSize: 5, showSymbol: order.length <= 100, data: on(true)}]
          .concat(left ? [{name: 'other snapshots', type: 'scatter', symbol: 'diamond', symbolSize: 8, data: on(false)}] : []),
      }),
      say: value => metric.name + ' ' + number(value[1]) + ' at step ' + value[0],
      table: () => [['>step', '>attempt', '>' + metric.name], order.map(i => [data.snapshots[i].step, data.snapshots[i].attempt, number(metric.values[i])])],
    });
  });
}

function perSnapshot(parent, given) {
  const names = data.snapshots.map(id);
  const few = names.length <= 100;
  chart(parent, Object.assign({
    option: () => ({
      tooltip: {trigger: 'axis', valueFormatter: given.format},
      xAxis: axis({type: 'category', data: names, name: 'step/attempt', nameGap: 26, splitLine: {show: false}}),
      yAxis: axis({type: 'value', axisLabel: {formatter: given.format}}),
      grid: {left: 12, right: 18, top: 34, bottom: 30, containLabel: true},
      series: given.series.map(one => ({
        name: one.name, type: few ? 'bar' : 'line', barMaxWidth: 24, showSymbol: false, data: data.snapshots.map(one.value)})),
    }),
    say: (value, name, i) => name + ' ' + given.format(value) + ' at ' + names[i],
    table: () => [['>step', '>attempt'].concat(given.series.map(one => '>' + one.name)), data.snapshots.map(snapshot =>
      [snapshot.step, snapshot.attempt].concat(given.series.map(one => given.format(one.value(snapshot)))))],
  }, given));
}

function snapshots() {
  const section = document.getElementById('snapshots');
  const grid = add(section, element('div', undefined, 'grid')).lastChild;
  perSnapshot(grid, {name: 'size', title: 'Size', note: 'All files of a snapshot.', format: bytes,
    series: [{name: 'size', value: snapshot => snapshot.bytes}]});
  const kinds = [
    {member: 'stall', name: 'stall', title: 'Stall', note: 'How long training stood still, by the log.'},
    {member: 'write', name: 'write', title: 'Write time', note: 'From the start of writing until durable, by the log.'},
    {member: 'lag', name: 'upload lag', title: 'Upload lag', note: 'From capture until in S3: by the time of SageMaker\'s markers, which is wrong if ' +
      'files were copied; else by the log, at least writing and uploading, without waiting for earlier uploads.'},
  ];
  const unknown = [];
  kinds.forEach(kind => {
    if (data.snapshots.some(snapshot => snapshot[kind.member] !== undefined)) {
      perSnapshot(grid, {name: kind.member, title: kind.title, note: kind.note, format: millis,
        series: [{name: kind.name, value: snapshot => snapshot[kind.member] === undefined ? null : snapshot[kind.member]}]});
    } else {
      unknown.push(kind.name);
    }
  });
  if (unknown.length > 0) {
    section.appendChild(element('p', 'Not known: ' + unknown.join(', ') + '. ' + (data.logged ? 'The log given has no line of it for these snapshots.' :
      'No log was given, and snapshots do not hold it: cairn report --log FILE reads it from the lines that the training logged.'), 'soft'));
  }
}

function tensors() {
  const section = document.getElementById('tensors');
  const map = data.heatMap;
  if (!map || map.rows.length === 0) {
    section.appendChild(element('p', data.verified ? 'There is no tensor to show.' : 'Not read (--quick).'));
    return;
  }
  const grid = add(section, element('div', undefined, 'grid')).lastChild;
  heat(grid, 'norms', 'Norm of each tensor', 'Colours are logarithmic. Numbers that are not finite are left out of the norm.', map.norms);
  heat(grid, 'updates', 'Update of each tensor', 'The norm of the change since the column before, by the norm there. Colours are logarithmic; empty: no change, or nothing to compare.', map.updates);
  if (map.notFinite.length > 0) {
    section.appendChild(element('p', count(map.notFinite.length, 'cell') + ' with numbers that are not finite (NaN or infinite).', 'bad'));
    section.appendChild(tableBehind('numbers that are not finite', () => [['tensor', 'snapshot', '>how many'],
      map.notFinite.map(cell => [map.rows[cell[0]], map.columns[cell[1]], cell[2]])]));
  }
}

function heat(parent, name, title, note, cells) {
  const map = data.heatMap;
  const rows = map.rows.length;
  const points = [];
  cells.forEach((row, y) => row.forEach((value, x) => {
    if (value !== null && value > 0) {
      points.push([x, y, Math.log10(value)]);
    }
  }));
  const text = item => map.rows[item[1]] + '\n' + map.columns[item[0]] + ': ' + number(cells[item[1]][item[0]]);
  chart(parent, {
    name: name, title: title, note: note, height: Math.max(220, Math.min(760, 110 + 22 * rows)),
    option: () => heatOption(points, map.columns, map.rows, text, 'step/attempt', value => number(Math.pow(10, value))),
    say: value => text(value).replace('\n', ', '),
    table: () => [['tensor'].concat(map.columns.map(column => '>' + column)), cells.map((row, y) => [map.rows[y]].concat(row.map(number)))],
  });
}

/** The end of a name tells more than its beginning. */
function shortened(name) {
  const most = narrow() ? 14 : 32;
  return name.length <= most ? name : '\u2026' + name.slice(1 - most);
}

function heatOption(points, columns, rows, text, xName, legend) {
  let low = Infinity;
  let high = -Infinity;
  points.forEach(point => {
    low = Math.min(low, point[2]);
    high = Math.max(high, point[2]);
  });
  const zoom = rows.length > 60 ? [{type: 'slider', yAxisIndex: 0, right: 0, width: 14, showDetail: false, brushSelect: false}] : [];
  return {
    tooltip: {trigger: 'item', formatter: item => text(item.data)},
    legend: {show: false},
    grid: {left: 26, right: zoom.length ? 26 : 12, top: 8, bottom: 74, containLabel: true},
    xAxis: axis({type: 'category', data: columns, name: xName, nameGap: 24}),
    yAxis: axis({type: 'category', data: rows, inverse: true, axisLabel: {formatter: shortened, fontSize: 11, interval: Math.max(0, Math.ceil(rows.length / 45) - 1)}}),
    dataZoom: zoom,
    visualMap: {min: points.length ? low : 0, max: points.length ? (high > low ? high : low + 1) : 1, calculable: false, orient: 'horizontal', left: 'center', bottom: 0,
      itemHeight: 140, itemWidth: 12, text: points.length ? [legend(high), legend(low)] : undefined, textStyle: {color: style('--soft')}, inRange: {color: colours('--heat')}},
    series: [{name: 'cells', type: 'heatmap', progressive: 0, data: points, emphasis: {itemStyle: {borderColor: style('--text'), borderWidth: 1}}}],
  };
}

function histograms() {
  const section = document.getElementById('histograms');
  const all = data.histograms;
  if (!all || all.columns.length === 0) {
    section.appendChild(element('p', data.verified ? 'There is no tensor with finite numbers to show.' : 'Not read (--quick).'));
    return;
  }
  const bins = all.counts[0].length;
  const edge = i => all.low + (all.high - all.low) * i / bins;
  const ranges = Array.from({length: bins}, (_, i) => number(edge(i)) + ' to ' + number(edge(i + 1)));
  const starts = Array.from({length: bins}, (_, i) => number(edge(i)));
  section.appendChild(element('p', 'Tensor ' + all.tensor + (all.part > 0 ? ' of part ' + all.part : '') + ', ' + bins + ' bins of the same width.'));
  const grid = add(section, element('div', undefined, 'grid')).lastChild;
  const points = [];
  all.counts.forEach((counts, x) => counts.forEach((n, y) => {
    if (n > 0) {
      points.push([x, y, n]);
    }
  }));
  const text = item => all.columns[item[0]] + '\n' + ranges[item[1]] + ': ' + count(item[2], 'number');
  chart(grid, {
    name: 'histograms', title: 'Over time', note: 'How many numbers lie in each bin.', height: 380,
    option: () => {
      const option = heatOption(points, all.columns, starts, text, 'step/attempt', number);
      option.yAxis.inverse = false;
      return option;
    },
    say: value => text(value).replace('\n', ', '),
    table: () => [['bin'].concat(all.columns.map(column => '>' + column)), ranges.map((range, y) => [range].concat(all.counts.map(counts => counts[y])))],
  });
  oneHistogram(grid, all, ranges, starts);
}

function oneHistogram(grid, all, ranges, starts) {
  let chosen = all.columns.length - 1;
  const box = add(grid, element('div')).lastChild;
  const slider = element('input');
  slider.type = 'range';
  slider.min = 0;
  slider.max = chosen;
  slider.value = chosen;
  const shown = element('output', all.columns[chosen]);
  add(box, add(element('label', 'Snapshot '), slider, shown));
  const entry = chart(box, {
    name: 'histogram', title: 'In one snapshot', note: 'The slider above chooses it.', height: 350,
    option: () => ({
      tooltip: {trigger: 'axis', formatter: items => ranges[items[0].dataIndex] + ': ' + count(items[0].data, 'number')},
      xAxis: axis({type: 'category', data: starts, splitLine: {show: false}}),
      yAxis: axis({type: 'value', minInterval: 1}),
      series: [{name: all.columns[chosen], type: 'bar', barCategoryGap: '5%', data: all.counts[chosen]}],
    }),
    say: (value, name, i) => count(value, 'number') + ' from ' + ranges[i] + ' at ' + name,
    table: () => [['bin', '>numbers in the newest'], ranges.map((range, y) => [range, all.counts[all.columns.length - 1][y]])],
  });
  slider.addEventListener('input', () => {
    chosen = Number(slider.value);
    shown.textContent = all.columns[chosen];
    slider.setAttribute('aria-valuetext', all.columns[chosen]);
    entry.draw();
  });
}

// ---- All of it

const root = document.documentElement;

/** One chart at a time: the page can be read and scrolled while the others are drawn. */
function drawNext(i) {
  if (i < charts.length) {
    charts[i].draw();
    setTimeout(() => drawNext(i + 1));
    return;
  }
  new ResizeObserver(fit).observe(document.body);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => charts.forEach(entry => entry.draw()));
  root.dataset.milliseconds = String(Math.round(performance.now()));
  root.dataset.charts = String(charts.length);
  root.dataset.errors = String(window.reportErrors.length);
  root.dataset.errorTexts = window.reportErrors.join('\n');
  root.dataset.ready = 'yes';
}

/** Drawing a chart may change the height of the page, which must not draw it again. */
function fit() {
  charts.filter(entry => entry.drawn.getWidth() !== entry.plot.clientWidth).forEach(entry => entry.drawn.resize());
}

[head, timeline, verdicts, risk, metrics, snapshots, tensors, histograms].forEach(draw => draw());
root.dataset.readable = String(Math.round(performance.now()));
setTimeout(() => drawNext(0));
