'use strict';

/* What the page shows is the last state that was sent, with all changes since then. */

const ROWS_AT_FIRST = 100;
const ROWS_MORE = 400;
const MILLIS_BETWEEN_DRAWINGS = 100;
const MILLIS_BETWEEN_STEPS = 2000;
const SHORTEST_AXIS_MILLIS = 60000;
const MOST_MARKS = 6;
const COLORS_LIGHT = ['#0b6e8a', '#b3541e', '#5b4b9a', '#2d7d46', '#a8325e', '#6b6b00', '#3f6fb5', '#7a4b2b'];
const COLORS_DARK = ['#4fb3cf', '#f0a070', '#b0a2f0', '#7fd69a', '#f08cb4', '#d2cf5a', '#8fb8f5', '#cfa283'];
const DASHES = [[], [6, 3], [2, 3], [10, 4, 2, 4], [], [6, 3], [2, 3], [10, 4, 2, 4]];
const POINTS = ['circle', 'rect', 'triangle', 'rectRot', 'cross', 'star', 'line', 'dash'];

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
/* What is no text is exact as a number; numbers of other kinds are texts, as query prints them. */
const WHOLE = /^-?[0-9]+$/;
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const byId = id => document.getElementById(id);

const reports = new Map();
const charts = new Map();
let marks = [];

/** Makes an element; text is never read as markup. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'class') {
      made.className = value;
    } else if (key.startsWith('on')) {
      made.addEventListener(key.slice(2), value);
    } else if (value !== false) {
      made.setAttribute(key, value === true ? '' : value);
    }
  }
  made.append(...children);
  return made;
}

/** A value as it is. Only how many there are of something has its digits in groups. */
function formatted(value, count) {
  if (value === null || value === undefined) {
    return '–';
  }
  return count && WHOLE.test(value) ? whole.format(BigInt(value)) : String(value);
}

/** The mark of an axis, which the chart has computed. */
function tick(value) {
  return String(Number(value.toPrecision(15)));
}

/** Compares numbers by all of their digits. */
function compare(a, b) {
  const exact = typeof a === 'number' && typeof b === 'number';
  if (!exact && WHOLE.test(a) && WHOLE.test(b)) {
    const [x, y] = [BigInt(a), BigInt(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return Number(a) - Number(b);
}

function clock(millis) {
  return new Date(millis).toLocaleTimeString('en-GB');
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
  DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 365 * DAY,
];

/** The marks of an axis of time: where a clock shows round times. */
function timeMarks(min, max, most, offset) {
  const least = (max - min) / most;
  const step = STEPS.find(one => one >= least) || Math.ceil(least / (365 * DAY)) * 365 * DAY;
  const marks = [];
  for (let at = Math.ceil((min + offset) / step) * step - offset; at <= max; at += step) {
    marks.push({value: at});
  }
  return marks;
}

/** A time that is in the data, in UTC like all of them: no more of it than tells it from others. */
function utc(millis, step = SECOND) {
  const text = new Date(millis).toISOString();
  return step >= DAY ? text.slice(0, 10)
    : `${text.slice(0, 10)} ${text.slice(11, step >= MINUTE ? 16 : 19)}`;
}

/** As a mark of an axis, which has the day only where a day begins. */
function utcMark(millis, marks, place) {
  const step = marks.length > 1 ? marks[1].value - marks[0].value : SECOND;
  const whole = utc(millis, step);
  const sameDay = place > 0 && utc(marks[place - 1].value, DAY) === utc(millis, DAY);
  return step < DAY && sameDay ? whole.slice(11)
    : step < DAY ? [whole.slice(11), whole.slice(0, 10)] : whole;
}

/* Reports: tables that sort and filter, of which as many rows are drawn as people look at. */

class Report {
  constructor(name) {
    this.name = name;
    this.rows = new Map();
    this.sorted = null;
    this.limit = ROWS_AT_FIRST;
    this.count = element('span', {class: 'empty'});
    this.filter = element('input', {
      type: 'search',
      placeholder: 'Filter',
      'aria-label': `Filter ${name}`,
      oninput: () => this.draw(),
    });
    this.head = element('thead');
    this.body = element('tbody');
    this.more = element('p', {class: 'more', hidden: true});
    this.empty = element('p', {class: 'empty'},
        'Nothing has arrived yet. Deliver a file into the input of the run, and its rows are here.');
    this.table = element('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': name},
        element('table', {class: 'striped'}, this.head, this.body));
    byId('reports').append(element('section', {'data-report': name},
        element('div', {class: 'table-head'}, element('h2', {}, name, ' ', this.count), this.filter),
        this.empty, this.table, this.more));
  }

  take(sent, anew) {
    if (anew || sent.areAll) {
      this.rows.clear();
    }
    this.columns = sent.columns;
    this.keys = sent.keys;
    this.value = sent.value;
    if (!this.sorted) {
      this.sorted = {column: Math.max(0, sent.value), down: sent.value >= 0};
      this.drawHead();
    }
    for (const row of sent.rows) {
      const key = sent.keys.length === 0
        ? this.rows.size
        : sent.keys.map(column => row[column]).join('\u001f');
      this.rows.set(key, row);
    }
  }

  drawHead() {
    const cells = this.columns.map((column, i) => element('th',
        {scope: 'col', class: column.number ? 'number' : ''},
        element('button', {type: 'button', onclick: () => this.sortBy(i)}, column.name)));
    const moved = element('th', {scope: 'col', class: 'number'},
        element('button', {type: 'button', onclick: () => this.sortBy(this.columns.length)},
            'since the start'));
    this.places = [...this.columns.keys()];
    if (this.value >= 0) {
      cells.splice(this.value + 1, 0, moved);
      this.places.splice(this.value + 1, 0, this.columns.length);
    }
    this.head.replaceChildren(element('tr', {}, ...cells));
    this.markSorted();
  }

  sortBy(column) {
    const down = this.sorted.column === column ? !this.sorted.down : this.isNumber(column);
    this.sorted = {column, down};
    this.markSorted();
    this.draw();
  }

  markSorted() {
    [...this.head.rows[0].cells].forEach((cell, i) => {
      const order = this.sorted.down ? 'descending' : 'ascending';
      cell.setAttribute('aria-sort', this.places[i] === this.sorted.column ? order : 'none');
    });
  }

  isNumber(column) {
    return column === this.columns.length || this.columns[column].number;
  }

  chosen() {
    const wanted = this.filter.value.trim().toLowerCase();
    const rows = [...this.rows.values()].filter(row => !wanted
        || row.slice(0, this.columns.length).some(v => String(v).toLowerCase().includes(wanted)));
    const {column, down} = this.sorted;
    const sign = down ? -1 : 1;
    const byText = (a, b, i) => String(a[i]).localeCompare(String(b[i]), 'en', {numeric: true});
    const order = this.isNumber(column)
      ? (a, b) => compare(a[column], b[column])
      : (a, b) => byText(a, b, column);
    return rows.sort((a, b) => sign * order(a, b) || byText(a, b, 0));
  }

  draw() {
    if (!this.columns) {
      return;
    }
    const rows = this.chosen();
    const most = Math.max(0,
        ...[...this.rows.values()].map(row => Math.abs(Number(row[this.value]))).filter(Number.isFinite));
    this.empty.hidden = this.rows.size > 0;
    this.table.hidden = this.rows.size === 0;
    this.filter.hidden = this.rows.size === 0;
    this.count.textContent = this.rows.size === 0 ? ''
      : rows.length === this.rows.size ? `${whole.format(this.rows.size)} rows`
        : `${whole.format(rows.length)} of ${whole.format(this.rows.size)} rows`;
    const drawn = rows.slice(0, this.limit);
    // Rows that are there are changed in place, so that what is selected or read stays.
    while (this.body.rows.length > drawn.length) {
      this.body.deleteRow(-1);
    }
    drawn.forEach((row, i) => this.drawRow(this.body.rows[i] || this.newRow(), row, most));
    this.more.hidden = rows.length <= this.limit;
    if (!this.more.hidden) {
      this.more.replaceChildren(`The first ${whole.format(this.limit)} are shown.`,
          element('button', {
            type: 'button',
            class: 'outline',
            onclick: () => {
              this.limit += ROWS_MORE;
              this.draw();
            },
          }, 'Show more'));
    }
  }

  newRow() {
    const row = this.body.insertRow();
    this.places.forEach(place => {
      const cell = row.insertCell();
      if (place === this.value) {
        cell.className = 'number valued';
        cell.append(element('span', {class: 'bar'}), element('span', {class: 'shown'}));
      } else if (place === this.columns.length) {
        cell.className = 'number moved';
      } else {
        cell.className = this.columns[place].number ? 'number' : 'text';
      }
    });
    return row;
  }

  drawRow(tr, row, most) {
    this.places.forEach((place, i) => {
      const cell = tr.cells[i];
      if (place === this.value) {
        const share = most > 0 ? Math.abs(Number(row[place])) / most : 0;
        cell.firstChild.style.width = `${(100 * share).toFixed(1)}%`;
        setText(cell.lastChild, formatted(row[place], this.columns[place].count));
      } else if (place === this.columns.length) {
        const moved = Number(row[place]);
        cell.classList.toggle('up', moved > 0);
        cell.classList.toggle('down', moved < 0);
        const shown = formatted(row[place], this.columns[this.value].count).replace('-', '');
        setText(cell, moved === 0 ? '·' : `${moved > 0 ? '▲ +' : '▼ −'}${shown}`);
      } else {
        setText(cell, formatted(row[place], this.columns[place].count));
        cell.title = cell.className === 'text' ? cell.textContent : '';
      }
    });
  }
}

function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/* Other tables are small and drawn anew. */

function table(columns, rows, cellOf) {
  const head = columns.map(column =>
    element('th', {scope: 'col', class: column.number ? 'number' : ''}, column.name));
  const body = rows.map(row => element('tr', {}, ...row.map((value, i) => cellOf(columns[i], value))));
  return element('table', {class: 'striped'},
      element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body));
}

function plainCell(column, value) {
  const text = formatted(value, column.count);
  const kind = column.name === 'raw' ? 'raw' : column.number ? 'number' : 'text';
  return element('td', {class: kind, title: kind === 'text' ? text : false}, text);
}

function drawLog(log) {
  let section = document.querySelector(`[data-log="${CSS.escape(log.name)}"]`);
  if (!section) {
    section = element('section', {'data-log': log.name},
        element('h2', {}, log.name, ' ', element('span', {class: 'empty'}, 'newest rows')),
        element('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': log.name}));
    byId('logs').append(section);
  }
  const rows = log.newest.rows.slice().reverse();
  section.lastChild.replaceChildren(rows.length > 0
    ? table(log.newest.columns, rows, plainCell)
    : element('p', {class: 'empty'}, 'No rows yet.'));
}

function drawVersions(versions) {
  byId('versions').hidden = false;
  const columns = [
    {name: 'version', number: true}, {name: 'time'}, {name: 'operation'},
    {name: 'files added', number: true, count: true},
    {name: 'rows added', number: true, count: true}, {name: 'input files'},
  ];
  byId('versions').querySelector('.scroll').replaceChildren(table(columns, versions, plainCell));
}

function drawDeadLetters(reasons) {
  const section = byId('dead-letters');
  section.querySelector('.empty').hidden = reasons.length > 0;
  const region = section.querySelector('.scroll');
  region.hidden = reasons.length === 0;
  const columns = [{name: 'reason'}, {name: 'lines', number: true, count: true}];
  region.replaceChildren(table(columns, reasons, (column, value) => column.number
    ? plainCell(column, value)
    : element('td', {}, element('button', {
      class: 'link', type: 'button', onclick: () => showLetters(value),
    }, value))));
}

async function showLetters(reason) {
  const letters = byId('letters');
  const literal = `'${reason.replaceAll("'", "''")}'`;
  const {answer, problem} = await ask(
      `SELECT source, line, "offset", raw FROM dead_letters WHERE reason = ${literal} LIMIT 200`);
  letters.hidden = false;
  letters.replaceChildren(element('h3', {}, reason), problem
    ? element('p', {role: 'alert'}, problem)
    : table(answer.columns, answer.rows, plainCell));
  letters.focus();
}

/* Charts. */

class Figure {
  constructor(title) {
    this.title = title;
    this.canvas = element('canvas', {role: 'img'});
    this.place = element('div', {}, this.canvas);
    this.empty = element('p', {class: 'empty'}, 'Nothing to draw yet.');
    byId('charts').hidden = false;
    byId('charts').append(element('figure', {'data-chart': title},
        element('figcaption', {}, title), this.empty, this.place));
  }

  take(sent) {
    if (sent.kind === 'more' && this.sent) {
      this.sent.times.push(...sent.times);
      for (const [name, values] of Object.entries(sent.lines)) {
        this.sent.lines[name].push(...values);
      }
    } else if (sent.kind !== 'more') {
      this.sent = sent;
    }
  }

  datasets() {
    const colors = dark.matches ? COLORS_DARK : COLORS_LIGHT;
    if (this.sent.kind === 'bars') {
      return [{
        data: this.sent.bars.map(([x, y]) => ({x: Number(x), y: Number(y), from: x, shown: y})),
        label: this.title,
        backgroundColor: colors[0],
        maxBarThickness: 40,
      }];
    }
    return Object.entries(this.sent.lines).map(([name, values], i) => ({
      label: name,
      data: this.points(values),
      borderColor: colors[i % colors.length],
      backgroundColor: colors[i % colors.length],
      borderDash: DASHES[i % DASHES.length],
      pointStyle: POINTS[i % POINTS.length],
      // Two values make a line; one alone would not be seen.
      pointRadius: this.isLive() || values.filter(value => value !== null).length > 1 ? 0 : 4,
      spanGaps: !this.isLive(),
      borderWidth: 2,
    }));
  }

  /** Whether it shows values as they change now, and not by times that are in the data. */
  isLive() {
    return this.sent.kind === 'lines';
  }

  now() {
    return Math.max(this.sent.times.at(-1), Date.now());
  }

  points(values) {
    const points = values.map((y, at) =>
      ({x: this.sent.times[at], y: y === null ? null : Number(y), shown: y}));
    if (this.isLive() && points.length > 0) {
      // What has not changed is still so.
      points.push({...points.at(-1), x: this.now()});
    }
    return points;
  }

  /** The ends of the axis of live values: at least a minute, up to now. */
  ends() {
    if (!this.isLive() || this.sent.times.length === 0) {
      return {};
    }
    const max = this.now();
    return {min: Math.min(this.sent.times[0], max - SHORTEST_AXIS_MILLIS), max};
  }

  xAxis(axis) {
    if (this.sent.kind === 'bars') {
      return {...axis, type: 'linear', offset: true, ticks: {...axis.ticks, callback: tick}};
    }
    const live = this.isLive();
    const zone = live ? -60000 * new Date().getTimezoneOffset() : 0;
    return {
      ...axis, ...this.ends(), type: 'linear',
      afterBuildTicks: scale => {
        scale.ticks = timeMarks(scale.min, scale.max, MOST_MARKS, zone);
      },
      ticks: {...axis.ticks, autoSkip: false, maxRotation: 0,
        callback: (value, place, marks) => live ? clock(value) : utcMark(value, marks, place)},
    };
  }

  draw() {
    if (!this.sent) {
      return;
    }
    const bars = this.sent.kind === 'bars';
    const nothing = (bars ? this.sent.bars : Object.keys(this.sent.lines)).length === 0;
    this.empty.hidden = !nothing;
    this.place.hidden = nothing;
    if (nothing) {
      return;
    }
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue('--pico-muted-color').trim();
    const line = style.getPropertyValue('--pico-muted-border-color').trim();
    const axis = {grid: {color: line}, ticks: {color: ink, maxTicksLimit: 6}};
    // A chart is drawn when it is made: by then it must have its axes.
    const scales = {
      x: this.xAxis(axis),
      y: {...axis, beginAtZero: true, grace: '5%', ticks: {...axis.ticks, callback: tick}},
    };
    const titleOf = point => bars ? `from ${point.from}` : this.isLive() ? clock(point.x) : utc(point.x);
    const plugins = {
      legend: {display: !bars, labels: {color: ink, usePointStyle: true, boxHeight: 7}},
      tooltip: {callbacks: {
        title: items => items.length === 0 ? '' : titleOf(items[0].raw),
        label: item => `${bars ? '' : item.dataset.label + ': '}${formatted(item.raw.shown)}`,
      }},
    };
    if (!this.chart) {
      this.chart = new Chart(this.canvas, {
        type: bars ? 'bar' : 'line',
        data: {datasets: []},
        options: {animation: false, maintainAspectRatio: false, parsing: false, normalized: true,
          interaction: {mode: 'nearest', axis: 'x', intersect: false}, scales, plugins},
        plugins: this.isLive() ? [{id: 'marks', afterDatasetsDraw: drawMarks}] : [],
      });
    }
    this.chart.options.scales = scales;
    this.chart.options.plugins = plugins;
    this.chart.data.datasets = this.datasets();
    this.chart.update('none');
    this.canvas.setAttribute('aria-label', `${this.title}: ${this.told()}`);
  }

  told() {
    if (this.sent.kind === 'bars') {
      return `${whole.format(this.sent.bars.length)} bars, the highest ${
        this.sent.bars.map(bar => bar[1]).reduce((a, b) => compare(a, b) < 0 ? b : a)}`;
    }
    const last = values => this.isLive() ? values.at(-1) : values.findLast(value => value !== null);
    return Object.entries(this.sent.lines)
        .map(([name, values]) => `${name} ${formatted(last(values))}`).join(', ');
  }
}

/** Alerts, where they were seen on the axis of time. */
function drawMarks(chart) {
  const {ctx, chartArea, scales} = chart;
  for (const [i, [time, text, alert]] of marks.entries()) {
    const raised = alert === 'raised';
    const x = scales.x.getPixelForValue(time);
    if (x >= chartArea.left && x <= chartArea.right) {
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = getComputedStyle(document.documentElement)
          .getPropertyValue(raised ? '--bad' : '--good').trim();
      ctx.setLineDash(raised ? [] : [4, 3]);
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      const right = x > (chartArea.left + chartArea.right) / 2;
      ctx.textAlign = right ? 'right' : 'left';
      const told = raised ? `⚠ ${text}` : alert === 'resolved' ? `✓ ${text}` : `? ${text}: ${alert}`;
      ctx.fillText(told, x + (right ? -4 : 4),
          chartArea.top + 12 * (1 + i % 4));
      ctx.restore();
    }
  }
}

/* Run and progress. */

function drawRun(run) {
  byId('pipeline').textContent = run.pipeline;
  byId('description').textContent = `${run.description}. Output: ${run.output}`;
  document.title = `${run.pipeline} · Tailrace`;
  state.run = run;
  drawState();
}

const state = {connected: false, run: null, suggested: false};

function drawState() {
  const {run, connected} = state;
  const running = run && run.runner;
  byId('state').querySelector('.sign').textContent = !connected ? '○' : running ? '●' : '■';
  setText(byId('state-text'), !connected ? 'not connected, trying again'
    : !run ? 'connected'
    : running ? `running on ${run.runner}${run.since ? ' since ' + new Date(run.since).toLocaleString('en-GB') : ''}`
      : 'no run on this machine writes this output now');
}

function drawProgress(progress) {
  const shown = [
    ['Files found', progress.filesFound], ['Files read', progress.filesRead],
    ['Files left', progress.filesLeft], ['Messages left', progress.messagesLeft],
    ['Records', progress.records], ['Records a second', progress.recordsPerSecond],
    ['Dead letters', progress.deadLetters], ['Dropped from alerts', progress.droppedFromAlerts],
    ['From the future', progress.fromTheFuture],
    ['Too late for reports', progress.tooLateForReports],
  ].filter(([, value]) => value !== undefined);
  byId('progress').replaceChildren(...shown.map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, formatted(value, true)))));
}

/* What is sent. */

const toDraw = new Set();
let drawing = false;

function drawSoon(...what) {
  what.forEach(one => toDraw.add(one));
  if (!drawing) {
    drawing = true;
    setTimeout(() => requestAnimationFrame(() => {
      drawing = false;
      const now = [...toDraw];
      toDraw.clear();
      now.forEach(one => one.draw());
    }), MILLIS_BETWEEN_DRAWINGS);
  }
}

function take(sent, anew) {
  if (sent.run) {
    drawRun(sent.run);
  }
  if (sent.progress) {
    drawProgress(sent.progress);
  }
  if (sent.problem !== undefined || anew) {
    byId('problem').hidden = !sent.problem;
    byId('problem').textContent = sent.problem || '';
  }
  if (sent.marks) {
    marks = sent.marks;
    drawSoon(...charts.values());
  }
  for (const report of sent.reports || []) {
    if (!reports.has(report.name)) {
      reports.set(report.name, new Report(report.name));
    }
    reports.get(report.name).take(report, anew);
    drawSoon(reports.get(report.name));
  }
  for (const chart of sent.charts || []) {
    if (!charts.has(chart.title)) {
      charts.set(chart.title, new Figure(chart.title));
    }
    charts.get(chart.title).take(chart);
    drawSoon(charts.get(chart.title));
  }
  // Dead letters have a place of their own, by reason.
  (sent.logs || []).filter(log => log.name !== 'dead_letters').forEach(drawLog);
  if (sent.deadLetters) {
    drawDeadLetters(sent.deadLetters);
  }
  if (sent.versions) {
    drawVersions(sent.versions);
  }
  if (!state.suggested && reports.size > 0) {
    state.suggested = true;
    byId('statement').value = `SELECT * FROM ${[...reports.keys()][0]} LIMIT 10`;
  }
}

function listen() {
  const updates = new EventSource('/updates');
  updates.onopen = () => {
    state.connected = true;
    drawState();
  };
  updates.onerror = () => {
    state.connected = false;
    drawState();
    if (updates.readyState === EventSource.CLOSED) {
      setTimeout(listen, 1000);
    }
  };
  updates.addEventListener('state', event => take(JSON.parse(event.data), true));
  updates.addEventListener('change', event => take(JSON.parse(event.data), false));
}

/* SQL. */

async function ask(sql, format = 'json') {
  try {
    const response = await fetch('/query', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({sql, format}),
    });
    if (response.headers.get('Content-Type').startsWith('application/json')) {
      const answer = await response.json();
      return answer.problem ? {problem: answer.problem} : {answer};
    }
    const text = await response.text();
    return response.ok ? {answer: text} : {problem: text};
  } catch (e) {
    return {problem: 'the page is not connected'};
  }
}

function showProblem(problem) {
  byId('answer-problem').hidden = !problem;
  byId('answer-problem').textContent = problem || '';
}

byId('question').addEventListener('submit', async event => {
  event.preventDefault();
  const {answer, problem} = await ask(byId('statement').value);
  showProblem(problem);
  byId('answer').hidden = !answer;
  byId('answer-size').textContent = !answer ? ''
    : `${whole.format(answer.rows.length)} ${answer.rows.length === 1 ? 'row' : 'rows'}${
      answer.more ? ', and more that are not shown' : ''}, ${answer.seconds.toFixed(2)} s`;
  if (answer) {
    byId('answer').replaceChildren(table(answer.columns, answer.rows, plainCell));
  }
});

byId('statement').addEventListener('keydown', event => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    byId('question').requestSubmit();
  }
});

byId('csv').addEventListener('click', async () => {
  const {answer, problem} = await ask(byId('statement').value, 'csv');
  showProblem(problem);
  if (answer) {
    const url = URL.createObjectURL(new Blob([answer], {type: 'text/csv'}));
    element('a', {href: url, download: 'answer.csv'}).click();
    URL.revokeObjectURL(url);
  }
});

dark.addEventListener('change', () => drawSoon(...charts.values()));
setInterval(() => drawSoon(...[...charts.values()].filter(chart => chart.sent && chart.isLive())),
    MILLIS_BETWEEN_STEPS);
listen();
