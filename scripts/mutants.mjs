/**
 * `node scripts/mutants.mjs [--count N] [--seed S] [--from I] [PATH...]`: do the tests notice when the code is wrong?
 *
 * Draws N (400) places in the engine, the synthesizer and the device host, changes one line at each of them, one at a
 * time, and runs the unit tests that import the file. A mutant is caught when a test fails or does not end; those that
 * survive are listed, to be looked at. The same seed draws the same mutants of the same sources, so that a long run
 * can be divided with --from. Works on a copy of the tree: the sources are never touched.
 *
 * The files are really changed, not switched inside the test's process: much of the host and the synthesizer runs in
 * workers and processes of its own, which a switch would not reach.
 *
 * Exit code 1 when fewer than 75 % were caught.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { findNode, root, say } from './setup.mjs';

/** @typedef {{ file: string, start: number, end: number, line: number, replacement: string, original: string }} Mutant */

const DEFAULT_PATHS = ['src/main/engine', 'src/main/synth', 'src/main/host'];
const WANTED_SHARE = 0.75;
/** A run of tests that takes longer hangs: the longest of a file take about a minute. */
const LIMIT_MS = 240_000;
/** Not copied but linked: what is large, and changed by no test. */
const LINKED = ['node_modules', '.cache'];

/** Other operators that a slip of the keyboard or of the mind would have put there. */
const SWAPPED = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['===', '!=='],
  ['!==', '==='],
  ['&&', '||'],
  ['||', '&&'],
  ['+', '-'],
  ['-', '+'],
  ['*', '/'],
  ['/', '*'],
  ['&', '|'],
  ['|', '&'],
  ['<<', '>>'],
  ['>>', '<<'],
  ['+=', '-='],
  ['-=', '+='],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});
const survivors = await measure(
  draw(
    sites(positionals.length > 0 ? positionals : DEFAULT_PATHS),
    Number(values.count),
    Number(values.seed),
  ),
  Number(values.from),
);
for (const mutant of survivors) console.log(`survived  ${told(mutant)}`);

/**
 * @param {Mutant[]} mutants
 * @param {number} from Index of the first that is tried.
 * @returns {Promise<Mutant[]>} Those that no test noticed.
 */
async function measure(mutants, from) {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-mutants-'));
  try {
    const left = new Set([...LINKED, '.git'].map((name) => path.join(root, name)));
    fs.cpSync(root, copy, { recursive: true, filter: (source) => !left.has(source) });
    for (const name of LINKED) fs.symlinkSync(path.join(root, name), path.join(copy, name));
    // Otherwise every mutant would be caught by whatever fails anyway.
    if (await testsFail(copy, ['run']))
      throw new Error('The unit tests do not pass before anything is changed.');
    /** @type {Mutant[]} */
    const survived = [];
    let tried = 0;
    for (const mutant of mutants.slice(from)) {
      const caught = await isCaught(copy, mutant);
      if (!caught) survived.push(mutant);
      tried += 1;
      say(`${from + tried}/${mutants.length} ${caught ? 'caught  ' : 'SURVIVED'} ${told(mutant)}`);
    }
    const share = (tried - survived.length) / Math.max(tried, 1);
    console.log(`${tried - survived.length} of ${tried} mutants caught (${(100 * share).toFixed(1)} %)`);
    if (share < WANTED_SHARE) process.exitCode = 1;
    return survived;
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * The tests in the folder that mirrors the file's own come first: most mutants fall there, in a few seconds.
 *
 * @param {string} copy
 * @param {Mutant} mutant
 */
async function isCaught(copy, mutant) {
  const file = path.join(copy, mutant.file);
  const source = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end));
  try {
    const beside = path.dirname(mutant.file).replace(/^src\//, 'test/');
    const folder = [beside, path.dirname(beside)].find(
      (name) => name !== 'test/main' && fs.existsSync(path.join(copy, name)),
    );
    if (folder !== undefined && (await testsFail(copy, ['run', folder]))) return true;
    return await testsFail(copy, ['related', '--run', mutant.file]);
  } finally {
    fs.writeFileSync(file, source);
  }
}

/**
 * @param {string} cwd
 * @param {string[]} what Arguments of Vitest that choose the tests.
 * @returns {Promise<boolean>} Also true when they do not end.
 */
function testsFail(cwd, what) {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const args = [
    vitest,
    ...what,
    '--project',
    'unit',
    '--project',
    'live',
    '--bail',
    '1',
    '--passWithNoTests',
    '--reporter',
    'dot',
  ];
  return new Promise((resolve, reject) => {
    // A group of its own: a test that hangs is ended with everything it has started.
    const child = spawn(findNode(), args, { cwd, stdio: 'ignore', detached: true });
    const limit = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), LIMIT_MS);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(limit);
      resolve(code !== 0);
    });
  });
}

/**
 * Every place at which one line can be made wrong.
 *
 * @param {string[]} paths
 * @returns {Mutant[]}
 */
function sites(paths) {
  const files = paths.flatMap((name) => {
    const place = path.join(root, name);
    if (fs.statSync(place).isFile()) return [name];
    return fs
      .readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .map((file) => path.join(name, file));
  });
  return files.sort().flatMap(sitesOfFile);
}

/** @param {string} file @returns {Mutant[]} */
function sitesOfFile(file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {Mutant[]} */
  const found = [];
  /** @param {ts.Node} node @param {string} replacement */
  const add = (node, replacement) => {
    const start = node.getStart(source);
    const { line } = source.getLineAndCharacterOfPosition(start);
    const original = text.slice(start, node.end);
    if (!original.includes('\n'))
      found.push({ file, start, end: node.end, line: line + 1, replacement, original });
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    // Types are judged by the type checker; what an error says is judged by people.
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isThrowStatement(node)) return;
    if (ts.isBinaryExpression(node)) {
      const other = SWAPPED.get(node.operatorToken.getText(source));
      if (other !== undefined) add(node.operatorToken, other);
    } else if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
      const condition = ts.isIfStatement(node) ? node.expression : node.condition;
      add(condition, `!(${condition.getText(source)})`);
    } else if (ts.isNumericLiteral(node)) {
      add(node, `(${node.text} + 1)`);
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true');
    else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) add(node, ';');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * @param {Mutant[]} all
 * @param {number} count
 * @param {number} seed
 * @returns {Mutant[]} At most one of a line.
 */
function draw(all, count, seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const pool = [...all];
  /** @type {Map<string, Mutant>} */
  const drawn = new Map();
  while (drawn.size < count && pool.length > 0) {
    const index = Math.floor(next() * pool.length);
    const mutant = /** @type {Mutant} */ (pool[index]);
    pool[index] = /** @type {Mutant} */ (pool.at(-1));
    pool.pop();
    const line = `${mutant.file}:${mutant.line}`;
    if (!drawn.has(line)) drawn.set(line, mutant);
  }
  return [...drawn.values()];
}

/** @param {Mutant} mutant */
function told({ file, line, original, replacement }) {
  return `${file}:${line}  ${original}  ->  ${replacement}`;
}
