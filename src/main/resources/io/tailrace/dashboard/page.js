'use strict';

/* What the page shows is the last state that was sent, with all changes since then. */

const ROWS_AT_FIRST = 20;
const ROWS_MORE = 100;
const ALERTS_AT_FIRST = 10;
const MILLIS_BETWEEN_DRAWINGS = 100;
const MILLIS_BETWEEN_VIEWS = 5000;
const MOST_FAILURES = 5;
const MOST_MARKS = 6;
const MOST_LETTERS = 200;

/* Colours by meaning; a name that has none has one of the others, the same in each chart. */
const MEANINGS = [
  {words: /(^|[^a-z])(4xx|4[0-9][0-9]|client|warn(ing)?s?)([^a-z]|$)/i, light: '#9a5b00', dark: '#f0b060'},
  {words: /(^|[^a-z])(5xx|5[0-9][0-9]|err(or)?s?|fail(ed|ing|ures?)?|fatal|crit(ical)?|panic)([^a-z]|$)/i,
    light: '#b3261e', dark: '#ff8a80'},
];
const COLORS_LIGHT = ['#0b6e8a', '#5b4b9a', '#3f6fb5', '#7a4b2b', '#5c6470', '#8a3f8f', '#005f50', '#6b6b00'];
const COLORS_DARK = ['#4fb3cf', '#b0a2f0', '#8fb8f5', '#cfa283', '#aab4c4', '#e0a0e6', '#6fd0bc', '#d2cf5a'];
const DASHES = [[], [6, 3], [2, 3], [10, 4, 2, 4], [], [6, 3], [2, 3], [10, 4, 2, 4]];
const POINTS = ['circle', 'rect', 'triangle', 'rectRot', 'cross', 'star', 'line', 'dash'];

/* Made once: to make one for each comparison takes longer than all else. */
const words = new Intl.Collator('en', {numeric: true});
const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
/* What is no text is exact as a number; numbers of other kinds are texts, as query prints them. */
const WHOLE = /^-?[0-9]+$/;
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const byId = id => document.getElementById(id);

const reports = new Map();
const views = new Map();
const logs = new Map();
const charts = new Map();
const known = {run: null, alerts: null, progress: null, connected: false, suggested: false};

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

const UNITS = {second: SECOND, minute: MINUTE, hour: HOUR, day: DAY, week: 7 * DAY};

/** The marks of an axis of time: at round times of UTC. */
function timeMarks(min, max, most) {
  const least = (max - min) / most;
  const step = STEPS.find(one => one >= least) || Math.ceil(least / (365 * DAY)) * 365 * DAY;
  const marks = [];
  for (let at = Math.ceil(min / step) * step; at <= max; at += step) {
    marks.push({value: at});
  }
  return marks.length > 0 ? marks : [{value: min}];
}

/** A time that is in the data, in UTC like all of them: no more of it than tells it from others. */
function utc(millis, step = SECOND) {
  const text = new Date(millis).toISOString();
  return step >= DAY ? text.slice(0, 10)
    : `${text.slice(0, 10)} ${text.slice(11, step >= MINUTE ? 16 : 19)}`;
}

/** As a mark of an axis, which has the day only where a day begins. */
function utcMark(millis, place, marks) {
  const step = marks.length > 1 ? marks[1].value - marks[0].value : SECOND;
  const whole = utc(millis, step);
  const sameDay = place > 0 && utc(marks[place - 1].value, DAY) === utc(millis, DAY);
  return step < DAY && sameDay ? whole.slice(11)
    : step < DAY ? [whole.slice(11), whole.slice(0, 10)] : whole;
}

function noRows() {
  return 'No rows yet.';
}

function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/* Tables sort and can be searched; of their rows as many are drawn as people look at. */

class Grid {

  /**
   * @param name what it is a table of
   * @param empty gives what to say if there are no rows
   */
  constructor(name, empty) {
    this.name = name;
    this.whenEmpty = empty;
    this.rows = [];
    this.columns = null;
    this.labels = [];
    this.bars = -1;
    this.total = 0;
    this.sorted = null;
    this.limit = ROWS_AT_FIRST;
    this.count = element('span', {class: 'empty'});
    this.search = element('input', {
      type: 'search',
      placeholder: 'Search',
      'aria-label': `Search ${name}`,
      oninput: () => this.draw(),
    });
    this.head = element('thead');
    this.body = element('tbody');
    this.more = element('p', {class: 'more', hidden: true});
    this.empty = element('p', {class: 'empty'});
    this.table = element('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': name},
        element('table', {class: 'striped'}, this.head, this.body));
  }

  /** Its elements, below a title. */
  parts(title) {
    title.append(' ', this.count);
    return [element('div', {class: 'table-head'}, title, this.search), this.empty, this.table, this.more];
  }

  /**
   * Takes all rows.
   *
   * @param labels the columns that tell rows from each other
   * @param bars the column whose values are bars; each row ends with how far its has moved; or -1
   * @param total how many rows there are, of which these are the first
   */
  take(columns, labels, bars, rows, total) {
    const shape = JSON.stringify([columns, labels, bars, this.hasMoved(rows, bars)]);
    Object.assign(this, {columns, labels, bars, rows, total});
    if (this.shape !== shape) {
      this.shape = shape;
      this.drawHead();
    }
  }

  /** Rows end with how far they have moved: to say so of each what it is already would be idle. */
  hasMoved(rows, bars) {
    return bars >= 0
        && rows.some(row => row.at(-1) !== null && String(row.at(-1)) !== String(row[bars]));
  }

  drawHead() {
    const cells = this.columns.map((column, i) => element('th',
        {scope: 'col', class: this.isQuantity(i) ? 'number' : ''},
        element('button', {type: 'button', onclick: () => this.sortBy(i)}, column.name)));
    this.places = [...this.columns.keys()];
    if (this.hasMoved(this.rows, this.bars)) {
      const moved = this.columns.length;
      cells.splice(this.bars + 1, 0, element('th', {scope: 'col', class: 'number'},
          element('button', {type: 'button', onclick: () => this.sortBy(moved)}, 'since the start')));
      this.places.splice(this.bars + 1, 0, moved);
    }
    this.head.replaceChildren(element('tr', {}, ...cells));
    this.body.replaceChildren();
    this.markSorted();
  }

  sortBy(column) {
    const down = this.sorted && this.sorted.column === column ? !this.sorted.down : this.isNumber(column);
    this.sorted = {column, down};
    this.markSorted();
    this.draw();
  }

  markSorted() {
    [...this.head.rows[0].cells].forEach((cell, i) => {
      const isSorted = this.sorted && this.places[i] === this.sorted.column;
      cell.setAttribute('aria-sort',
          !isSorted ? 'none' : this.sorted.down ? 'descending' : 'ascending');
    });
  }

  isNumber(column) {
    return column === this.columns.length || this.columns[column].number;
  }

  /** A number in a key, such as a status, tells rows from each other and not how much there is. */
  isQuantity(column) {
    return this.isNumber(column) && !this.labels.includes(column);
  }

  chosen() {
    const wanted = this.search.value.trim().toLowerCase();
    const rows = this.rows.filter(row => !wanted
        || row.slice(0, this.columns.length).some(v => String(v).toLowerCase().includes(wanted)));
    if (!this.sorted) {
      return rows;
    }
    const {column, down} = this.sorted;
    const sign = down ? -1 : 1;
    const byText = (a, b, i) => words.compare(String(a[i]), String(b[i]));
    const order = this.isNumber(column)
      ? (a, b) => compare(a[column], b[column])
      : (a, b) => byText(a, b, column);
    return rows.sort((a, b) => sign * order(a, b) || byText(a, b, 0));
  }

  draw() {
    const none = this.rows.length === 0;
    this.empty.hidden = !none;
    this.table.hidden = none;
    this.search.hidden = none;
    this.more.hidden = true;
    if (none || !this.columns) {
      setText(this.empty, this.whenEmpty());
      setText(this.count, '');
      return;
    }
    const rows = this.chosen();
    setText(this.count, this.counted(rows.length));
    const most = this.bars < 0 ? 0
      : Math.max(0, ...this.rows.map(row => Math.abs(Number(row[this.bars]))).filter(Number.isFinite));
    const drawn = rows.slice(0, this.limit);
    // Rows that are there are changed in place, so that what is selected or read stays.
    while (this.body.rows.length > drawn.length) {
      this.body.deleteRow(-1);
    }
    drawn.forEach((row, i) => this.drawRow(this.body.rows[i] || this.newRow(), row, most));
    this.more.hidden = rows.length <= this.limit;
    if (!this.more.hidden && this.drawnOf !== `${this.limit} ${rows.length}`) {
      const next = Math.min(ROWS_MORE, rows.length - this.limit);
      this.more.replaceChildren(`The first ${whole.format(this.limit)} are shown.`,
          element('button', {type: 'button', class: 'secondary outline', onclick: () => {
            this.limit += ROWS_MORE;
            this.draw();
          }}, `Show ${next} more`));
      this.drawnOf = `${this.limit} ${rows.length}`;
    }
  }

  counted(found) {
    const all = this.rows.length;
    const of = found === all ? whole.format(all) : `${whole.format(found)} of ${whole.format(all)}`;
    const rows = all === 1 ? 'row' : 'rows';
    return this.total > all ? `${of} ${rows}, the first of ${whole.format(this.total)}` : `${of} ${rows}`;
  }

  newRow() {
    const row = this.body.insertRow();
    this.places.forEach(place => {
      const cell = row.insertCell();
      if (place === this.bars) {
        cell.className = 'number valued';
        cell.append(element('span', {class: 'bar'}), element('span', {class: 'shown'}));
      } else if (place === this.columns.length) {
        cell.className = 'number moved';
      } else {
        cell.className = this.columns[place].name === 'raw' ? 'raw'
          : this.isQuantity(place) ? 'number' : 'text';
      }
    });
    return row;
  }

  drawRow(tr, row, most) {
    this.places.forEach((place, i) => {
      const cell = tr.cells[i];
      if (place === this.bars) {
        const share = most > 0 ? Math.abs(Number(row[place])) / most : 0;
        cell.firstChild.style.width = `${(100 * share).toFixed(1)}%`;
        setText(cell.lastChild, formatted(row[place], this.columns[place].count));
      } else if (place === this.columns.length) {
        const moved = Number(row[place]);
        const shown = formatted(row[place], this.columns[this.bars].count).replace('-', '');
        setText(cell, moved === 0 ? '·' : `${moved > 0 ? '▲ +' : '▼ −'}${shown}`);
      } else {
        setText(cell, formatted(row[place], this.columns[place].count));
        cell.title = cell.className === 'text' ? cell.textContent : '';
      }
    });
  }
}

/* Reports. */

class Report {
  constructor(name) {
    this.rows = new Map();
    this.grid = new Grid(name, noRows);
    byId('reports').append(element('section', {id: `report-${name}`, 'data-report': name},
        ...this.grid.parts(element('h2', {}, name))));
  }

  take(sent, anew) {
    if (anew || sent.areAll) {
      this.rows.clear();
    }
    for (const row of sent.rows) {
      const key = sent.keys.length === 0
        ? this.rows.size
        : sent.keys.map(column => row[column]).join('\u001f');
      this.rows.set(key, row);
    }
    if (!this.grid.sorted) {
      // The newest time first, or the greatest value.
      const by = sent.time >= 0 ? sent.time : sent.value;
      this.grid.sorted = {column: Math.max(0, by), down: by >= 0};
    }
    this.grid.take(sent.columns, sent.labels, sent.value, [...this.rows.values()], sent.total);
  }

  draw() {
    this.grid.draw();
  }
}

/* Views are answered as statements of people are, apart from the run. */

class View {
  constructor(name) {
    this.name = name;
    this.asked = 0;
    this.failures = 0;
    this.grid = new Grid(name, () => this.problem || noRows());
    byId('views').append(element('section', {id: `view-${name}`, 'data-view': name},
        ...this.grid.parts(element('h2', {}, name))));
    this.load();
  }

  /** Asks again, but not too often, nor while nobody looks. */
  load() {
    const wait = this.asked + MILLIS_BETWEEN_VIEWS - Date.now();
    if (this.waits) {
      return;
    }
    if (wait > 0 || document.hidden) {
      this.waits = true;
      setTimeout(() => {
        this.waits = false;
        this.load();
      }, Math.max(wait, MILLIS_BETWEEN_DRAWINGS * 10));
      return;
    }
    this.asked = Date.now();
    this.ask();
  }

  async ask() {
    const {answer, problem} = await ask(`SELECT * FROM "${this.name.replaceAll('"', '""')}"`);
    this.problem = problem;
    this.failures = problem ? this.failures + 1 : 0;
    if (problem && this.failures < MOST_FAILURES) {
      // Others may have been asking.
      this.load();
    }
    if (answer) {
      this.grid.take(answer.columns, [], -1, answer.rows, answer.rows.length);
    }
    this.grid.draw();
  }
}

/* Logs: the newest rows. */

class Log {
  constructor(name) {
    this.grid = new Grid(name, noRows);
    byId('logs').append(element('section', {id: `log-${name}`, 'data-log': name},
        ...this.grid.parts(element('h2', {}, name, ' ', element('span', {class: 'empty'}, 'newest')))));
  }

  take(sent) {
    const rows = sent.newest.rows.slice().reverse();
    this.grid.take(sent.newest.columns, [], -1, rows, rows.length);
  }

  draw() {
    this.grid.draw();
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
  const kind = column.number ? 'number' : 'text';
  return element('td', {class: kind, title: kind === 'text' ? text : false}, text);
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
  const columns = [{name: 'lines', number: true, count: true}, {name: 'reason'}];
  region.replaceChildren(table(columns, reasons.map(([reason, lines]) => [lines, reason]),
      (column, value) => column.number
        ? plainCell(column, value)
        : element('td', {}, element('button', {
          class: 'link', type: 'button', onclick: () => showLetters(value),
        }, value))));
}

async function showLetters(reason) {
  const letters = byId('letters');
  const literal = `'${reason.replaceAll("'", "''")}'`;
  const {answer, problem} = await ask('SELECT source, line, "offset", raw FROM dead_letters'
      + ` WHERE reason = ${literal} LIMIT ${MOST_LETTERS}`);
  letters.hidden = false;
  letters.replaceChildren(element('h3', {}, reason));
  if (problem) {
    letters.append(element('p', {role: 'alert'}, problem));
    return;
  }
  const list = element('ol');
  const more = element('p', {class: 'more'});
  const show = upTo => {
    for (const [source, line, offset, raw] of answer.rows.slice(list.children.length, upTo)) {
      const place = line === null ? '' : `, line ${line}`;
      list.append(element('li', {},
          element('span', {}, `${source === null ? 'unknown source' : source}${place}, byte ${formatted(offset)}`),
          element('pre', {}, formatted(raw))));
    }
    const left = answer.rows.length - list.children.length;
    more.hidden = left <= 0;
    more.replaceChildren(element('button', {type: 'button', class: 'secondary outline',
      onclick: () => show(upTo + ROWS_MORE)}, `Show ${Math.min(left, ROWS_MORE)} more`));
  };
  show(ROWS_AT_FIRST);
  letters.append(list, more);
  letters.focus({preventScroll: true});
}

/* Alerts: what fires now comes before all else. */

const alerts = {

  limit: ALERTS_AT_FIRST,

  draw() {
    const section = byId('alerts');
    const {count, firing, spans} = known.alerts;
    section.hidden = false;
    section.classList.toggle('firing', count > 0);
    setText(byId('alerts-title'), count > 0 ? `⚠ ${whole.format(count)} firing now`
      : spans.length > 0 ? '✓ No alert is firing now' : '✓ No alert has fired');
    section.querySelector('ul').replaceChildren(...firing.slice(0, this.limit).map(
        ([name, view, series, at, much]) => element('li', {},
            element('strong', {}, name), series === null ? '' : ` ${series}`,
            much === null ? '' : `: ${much}`, ' ',
            element('span', {class: 'since'}, `since ${utc(at)} UTC`))));
    const more = section.querySelector('.more');
    const left = Math.min(count, firing.length) - this.limit;
    more.hidden = left <= 0;
    more.replaceChildren(`The first ${this.limit} are shown.`,
        element('button', {type: 'button', class: 'secondary outline', onclick: () => {
          this.limit += ROWS_MORE;
          this.draw();
        }}, `Show ${Math.min(left, ROWS_MORE)} more`));
    charts.forEach(chart => drawSoon(chart));
  },
};

/* Charts. */

const names = new Map();

/** How a name is drawn: by what it means, or as it is everywhere. */
function styleOf(name) {
  const meaning = MEANINGS.find(one => one.words.test(name));
  if (!meaning && !names.has(name)) {
    names.set(name, names.size);
  }
  const place = meaning ? 1 + MEANINGS.indexOf(meaning) : names.get(name);
  const colors = dark.matches ? COLORS_DARK : COLORS_LIGHT;
  return {
    color: !meaning ? colors[place % colors.length] : dark.matches ? meaning.dark : meaning.light,
    dash: DASHES[place % DASHES.length],
    point: POINTS[place % POINTS.length],
  };
}

class Figure {
  constructor(title) {
    this.title = title;
    this.canvas = element('canvas', {role: 'img'});
    this.place = element('div', {}, this.canvas);
    this.empty = element('p', {class: 'empty'});
    byId('charts').hidden = false;
    byId('charts').append(element('figure', {'data-chart': title},
        element('figcaption', {}, title), this.empty, this.place));
  }

  take(sent) {
    this.sent = sent;
  }

  datasets() {
    if (this.sent.kind === 'bars') {
      return [{
        data: this.sent.bars.map(([x, y]) => ({x: Number(x), y: Number(y), from: x, shown: y})),
        label: this.title,
        backgroundColor: styleOf(this.title).color,
        maxBarThickness: 40,
      }];
    }
    return Object.entries(this.sent.lines).map(([name, values]) => {
      const data = this.points(values);
      const style = styleOf(name);
      return {
        label: name,
        data,
        borderColor: style.color,
        backgroundColor: style.color,
        borderDash: style.dash,
        pointStyle: style.point,
        // Two values make a line; one alone would not be seen.
        pointRadius: data.filter(point => point.y !== null).length > 1 ? 0 : 4,
        spanGaps: true,
        borderWidth: 2,
      };
    });
  }

  /** Where nothing was counted there was nothing. */
  points(values) {
    const {times, per} = this.sent;
    const step = UNITS[per];
    const points = [];
    values.forEach((value, i) => {
      const y = value === null && per ? 0 : value;
      const gap = step && i > 0 ? times[i] - times[i - 1] : 0;
      if (gap > step) {
        points.push({x: times[i - 1] + step, y: 0, shown: 0});
      }
      if (gap > 2 * step) {
        points.push({x: times[i] - step, y: 0, shown: 0});
      }
      points.push({x: times[i], y: y === null ? null : Number(y), shown: y});
    });
    return points;
  }

  xAxis(axis) {
    if (this.sent.kind === 'bars') {
      return {...axis, type: 'linear', offset: true, ticks: {...axis.ticks, callback: tick}};
    }
    const {times} = this.sent;
    const alone = times.length === 1 ? MINUTE : 0;
    return {
      ...axis, type: 'linear', min: times[0] - alone, max: times.at(-1) + alone,
      afterBuildTicks: scale => {
        scale.ticks = timeMarks(scale.min, scale.max, Math.min(MOST_MARKS, scale.width / 90));
      },
      ticks: {...axis.ticks, autoSkip: false, maxRotation: 0, callback: utcMark},
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
      setText(this.empty, 'Nothing to draw yet.');
      return;
    }
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue('--pico-muted-color').trim();
    const line = style.getPropertyValue('--pico-muted-border-color').trim();
    const axis = {grid: {color: line}, ticks: {color: ink, maxTicksLimit: 6}};
    const per = this.sent.per;
    // A chart is drawn when it is made: by then it must have its axes.
    const scales = {
      x: this.xAxis(axis),
      y: {...axis, beginAtZero: true, grace: '5%', title: {display: Boolean(per), text: `per ${per}`, color: ink},
        ticks: {...axis.ticks, callback: per ? value => whole.format(value) : tick, ...(per ? {precision: 0} : {})}},
    };
    const titleOf = point => bars ? `from ${point.from}` : utc(point.x);
    const plugins = {
      legend: {display: !bars, position: 'bottom', labels: {color: ink, usePointStyle: true, boxHeight: 7}},
      tooltip: {callbacks: {
        title: items => items.length === 0 ? '' : titleOf(items[0].raw),
        label: item => `${bars ? '' : item.dataset.label + ': '}${formatted(item.raw.shown, Boolean(per))}`,
      }},
    };
    if (!this.chart) {
      this.chart = new Chart(this.canvas, {
        type: bars ? 'bar' : 'line',
        data: {datasets: []},
        options: {animation: false, maintainAspectRatio: false, parsing: false, normalized: true,
          layout: {padding: {top: bars ? 0 : 18}},
          interaction: {mode: 'nearest', axis: 'x', intersect: false}, scales, plugins},
        plugins: bars ? [] : [{id: 'marks', beforeDatasetsDraw: chart => drawMarks(chart, this.marks())}],
      });
    }
    this.chart.options.scales = scales;
    this.chart.options.plugins = plugins;
    this.chart.data.datasets = this.datasets();
    this.chart.update('none');
    this.canvas.setAttribute('aria-label', `${this.title}: ${this.told()}`);
  }

  /** The alerts that are about what it shows. */
  marks() {
    return known.alerts ? known.alerts.spans.filter(([, view]) => view === null || view === this.sent.table) : [];
  }

  told() {
    if (this.sent.kind === 'bars') {
      return `${whole.format(this.sent.bars.length)} bars, the highest ${
        this.sent.bars.map(bar => bar[1]).reduce((a, b) => compare(a, b) < 0 ? b : a)}`;
    }
    const per = this.sent.per;
    return Object.entries(this.sent.lines)
        .map(([name, values]) => `${name} ${formatted(values.findLast(value => value !== null), Boolean(per))}`)
        .join(', ') + (per ? ` per ${per}` : '');
  }
}

/** Groups alerts whose labels would lie on each other: what has one label. */
function labelled(ctx, spans, scale, left, right) {
  const groups = [];
  for (const [name, , from, until] of spans.slice().sort((a, b) => a[2] - b[2])) {
    const x = Math.max(left, scale.getPixelForValue(from));
    const end = until === null ? right : Math.min(right, scale.getPixelForValue(until));
    if (x > right || end < left) {
      continue;
    }
    const band = {x, end: Math.max(end, x + 2)};
    const last = groups.at(-1);
    if (last && x < last.x + last.width + 10) {
      last.bands.push(band);
      last.count++;
      last.text = `⚠ ${whole.format(last.count)} alerts`;
      last.width = ctx.measureText(last.text).width;
    } else {
      const text = `⚠ ${name}`;
      groups.push({x, text, count: 1, width: ctx.measureText(text).width, bands: [band]});
    }
  }
  return groups;
}

/** Alerts as bands of the time in which they fired. */
function drawMarks(chart, spans) {
  const {ctx, chartArea: {left, right, top, bottom}, scales} = chart;
  const style = getComputedStyle(document.documentElement);
  ctx.save();
  ctx.textAlign = 'left';
  ctx.font = `12px ${style.fontFamily}`;
  const groups = labelled(ctx, spans, scales.x, left, right);
  ctx.fillStyle = style.getPropertyValue('--bad-band').trim();
  // Bands on each other are one.
  const bands = groups.flatMap(group => group.bands).sort((a, b) => a.x - b.x);
  let drawn = left;
  for (const {x, end} of bands) {
    const from = Math.max(x, drawn);
    if (end > from) {
      ctx.fillRect(from, top, end - from, bottom - top);
      drawn = end;
    }
  }
  ctx.fillStyle = style.getPropertyValue('--bad').trim();
  groups.forEach((group, i) => {
    const room = (i + 1 < groups.length ? groups[i + 1].x - 8 : right) - left;
    ctx.fillText(group.text, Math.max(left, Math.min(group.x, left + room - group.width)), top - 6,
        Math.max(room, 40));
  });
  ctx.restore();
}

/* Run and progress. */

function drawRun() {
  const run = known.run;
  byId('pipeline').textContent = run.pipeline;
  byId('description').textContent = `${run.description}. Output: ${run.output}`;
  document.title = `${run.pipeline} · Tailrace`;
  drawState();
}

function drawState() {
  const {run, connected} = known;
  const running = run && run.runner;
  byId('state').querySelector('.sign').textContent = !connected ? '○' : running ? '●' : '■';
  setText(byId('state-text'), !connected ? 'not connected, trying again'
    : !run ? 'connected'
    : running ? `running on ${run.runner}${run.since ? ' since ' + new Date(run.since).toLocaleString('en-GB') : ''}`
      : 'no run on this machine writes this output now');
}

function drawProgress() {
  const progress = known.progress;
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

/** What there is to do while nothing has come. */
const noData = {

  draw() {
    const {run, progress} = known;
    const isThere = run && progress && progress.records === 0 && progress.deadLetters === 0;
    byId('no-data').hidden = !isThere;
    setText(byId('no-data'), isThere ? `No data yet. ${run.remedy}` : '');
  },
};

/** Links to all that is on the page. */
const places = {

  draw() {
    const links = [];
    if (known.alerts) {
      const {count} = known.alerts;
      links.push(['alerts', count > 0 ? `⚠ ${whole.format(count)} firing` : 'No alert', count > 0]);
    }
    if (charts.size > 0) {
      links.push(['charts', 'Charts']);
    }
    [...reports.keys()].forEach(name => links.push([`report-${name}`, name]));
    [...views.keys()].forEach(name => links.push([`view-${name}`, name]));
    const letters = known.progress && known.progress.deadLetters;
    links.push(['dead-letters', letters ? `Dead letters (${whole.format(letters)})` : 'Dead letters']);
    [...logs.keys()].forEach(name => links.push([`log-${name}`, name]));
    links.push(['sql', 'SQL']);
    const drawn = JSON.stringify(links);
    if (this.drawn !== drawn) {
      this.drawn = drawn;
      byId('places').replaceChildren(...links.map(([id, text, bad]) =>
        element('a', {href: `#${encodeURIComponent(id)}`, class: bad ? 'bad' : ''}, text)));
    }
  },
};

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

/** Gives what has a name, which is made when it is new. */
function named(all, name, make) {
  if (!all.has(name)) {
    all.set(name, make(name));
  }
  return all.get(name);
}

function take(sent, anew) {
  if (sent.run) {
    known.run = sent.run;
    drawRun();
  }
  if (sent.progress) {
    known.progress = sent.progress;
    drawProgress();
  }
  if (sent.problem !== undefined || anew) {
    byId('problem').hidden = !sent.problem;
    byId('problem').textContent = sent.problem || '';
  }
  for (const report of sent.reports || []) {
    const taken = named(reports, report.name, name => new Report(name));
    taken.take(report, anew);
    drawSoon(taken);
  }
  for (const chart of sent.charts || []) {
    const taken = named(charts, chart.title, title => new Figure(title));
    taken.take(chart);
    drawSoon(taken);
  }
  // Dead letters have a place of their own, by reason.
  for (const log of (sent.logs || []).filter(one => one.name !== 'dead_letters')) {
    const taken = named(logs, log.name, name => new Log(name));
    taken.take(log);
    drawSoon(taken);
  }
  if (sent.alerts) {
    known.alerts = sent.alerts;
    drawSoon(alerts);
  }
  for (const name of sent.views || []) {
    named(views, name, made => new View(made));
  }
  if (sent.reports || sent.logs) {
    views.forEach(view => view.load());
  }
  if (sent.deadLetters) {
    drawDeadLetters(sent.deadLetters);
  }
  if (sent.versions) {
    drawVersions(sent.versions);
  }
  drawSoon(noData, places);
  if (!known.suggested && reports.size > 0) {
    known.suggested = true;
    byId('statement').value = `SELECT * FROM ${[...reports.keys()][0]} LIMIT 10`;
  }
}

function listen() {
  const updates = new EventSource('/updates');
  updates.onopen = () => {
    known.connected = true;
    drawState();
  };
  updates.onerror = () => {
    known.connected = false;
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
    const grid = new Grid('the answer', () => 'No rows.');
    byId('answer').replaceChildren(...grid.parts(element('h3', {}, 'Answer')));
    grid.take(answer.columns, [], -1, answer.rows, answer.rows.length);
    grid.draw();
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
listen();
