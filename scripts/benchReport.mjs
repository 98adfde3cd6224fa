/** What is told of measured metrics: medians of runs, in words and as a table. */
import os from 'node:os';

/**
 * @typedef {{ name: string, value: number, unit: string, bound: string, pass: boolean, peer: number | null }} Metric
 *
 * @typedef {Metric & { low: number, high: number }} Told Of several runs: `value` and `peer` are medians.
 */

/** @param {readonly number[]} values @returns {number} The lower one of the two in the middle. */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return /** @type {number} */ (sorted[(sorted.length - 1) >> 1]);
}

/**
 * @param {Metric[][]} runs
 * @returns {Told[]} In the order of the first run.
 */
export function ofRuns(runs) {
  return (runs[0] ?? []).map((first) => {
    const same = runs.flatMap((run) => run.filter((metric) => metric.name === first.name));
    const values = same.map((metric) => metric.value);
    const peers = same.flatMap((metric) => (metric.peer === null ? [] : [metric.peer]));
    // A bound may depend on the peer of its run: a median is kept when most of its runs were.
    const kept = same.filter((metric) => metric.pass).length;
    return {
      ...first,
      value: median(values),
      peer: peers.length === 0 ? null : median(peers),
      pass: kept * 2 > same.length,
      low: Math.min(...values),
      high: Math.max(...values),
    };
  });
}

/** @param {Told[]} metrics */
export function inWords(metrics) {
  return metrics
    .map(({ name, value, unit, bound, pass, peer, low, high }) => {
      const spread = low === high ? '' : ` [${low} to ${high}]`;
      const beside = peer === null ? '' : `, peer ${peer} ${unit}`;
      return `${name}: ${value} ${unit}${spread} (bound ${bound} ${pass ? 'kept' : 'NOT KEPT'}${beside})`;
    })
    .join('\n');
}

/**
 * @param {{ name: string, metrics: Told[] }[]} benchmarks
 * @param {number} runs Of each.
 */
export function inMarkdown(benchmarks, runs) {
  const { processor, cores, memory, system, node } = machine();
  const tables = benchmarks.map(({ name, metrics }) => {
    const rows = metrics.map(({ name: what, value, unit, bound, pass, peer, low, high }) => {
      const spread = low === high ? '' : `${low} to ${high}`;
      return `| ${what} | ${value} ${unit} | ${spread} | ${bound} | ${pass ? 'yes' : '**no**'} | ${peer ?? ''} |`;
    });
    return `## ${name}\n\n| Figure | Median | Spread | Bound | Kept | Peer |\n| --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  const on = `${processor}, ${cores} cores, ${memory} GiB, ${system}, Node ${node}; ${runs} ${runs === 1 ? 'run' : 'runs'} of each.`;
  return `${on}\n\n${tables.join('\n')}`;
}

/** What the figures were measured on, as far as the machine tells. */
export function machine() {
  const cpus = os.cpus();
  return {
    processor: cpus[0]?.model.trim() ?? 'unknown processor',
    cores: cpus.length,
    memory: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release().split('-')[0]}`,
    node: process.versions.node,
  };
}
