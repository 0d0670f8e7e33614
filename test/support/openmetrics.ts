/**
 * A strict reader of OpenMetrics 1.0 text: whatever the specification forbids and a careless writer does is
 * an error. Only counters and gauges, which is all there is here.
 */
export interface Family {
  readonly type: string;
  readonly help: string;
  /** By name and labels as they stand, e.g. `a_total{b="c"}`. */
  readonly samples: ReadonlyMap<string, number>;
}

const nameForm = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const textForm = '(?:[^\\\\"\\n]|\\\\[\\\\"n])*';
const pairForm = `[a-zA-Z_][a-zA-Z0-9_]*="${textForm}"`;
const typeLine = new RegExp(`^# TYPE (${nameForm}) (counter|gauge)$`);
const helpLine = new RegExp(`^# HELP (${nameForm}) (${textForm})$`);
const sampleLine = new RegExp(
  `^(${nameForm})(\\{${pairForm}(?:,${pairForm})*\\})? (-?[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?)$`,
);

export function readOpenMetrics(text: string): Map<string, Family> {
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>();
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== '# EOF')
    throw new Error('does not end with # EOF and a line feed');
  let current = '';
  for (const line of lines) {
    const fail = (why: string) => new Error(`${why}: ${line}`);
    const [, typed, type] = typeLine.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) {
      if (families.has(typed)) throw fail('a family in two places');
      families.set(typed, { type, help: '', samples: new Map() });
      current = typed;
      continue;
    }
    const family = families.get(current);
    if (!family) throw fail('before any TYPE');
    const [, helped, help] = helpLine.exec(line) ?? [];
    if (helped !== undefined) {
      if (helped !== current || family.help !== '' || family.samples.size > 0)
        throw fail('HELP out of place');
      family.help = help ?? '';
      continue;
    }
    const [, name, labels = '', value] = sampleLine.exec(line) ?? [];
    if (name === undefined) throw fail('neither TYPE, HELP nor a sample');
    if (name !== (family.type === 'counter' ? `${current}_total` : current)) throw fail('of another family');
    const pairs = [...labels.matchAll(new RegExp(pairForm, 'g'))].map(([pair]) => pair.split('=')[0]);
    if (new Set(pairs).size !== pairs.length) throw fail('a label twice');
    if (family.samples.has(name + labels)) throw fail('a sample twice');
    if (family.type === 'counter' && Number(value) < 0) throw fail('a counter below zero');
    family.samples.set(name + labels, Number(value));
  }
  return families;
}
