import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bashCompletion,
  fishCompletion,
  manualPage,
  zshCompletion,
} from '../../../src/main/cli/completions.ts';
import { completionVerb } from '../../../src/main/cli/completionVerb.ts';
import type { Output } from '../../../src/main/cli/output.ts';
import { runCommandLine } from '../../../src/main/cli/run.ts';
import type { Verb, VerbContext } from '../../../src/main/cli/verb.ts';

const verb = (name: string, usage: string, summary: string): Verb => ({
  name,
  usage,
  summary,
  run: () => Promise.resolve(),
});
const verbs = [
  verb('mixer', 'mixer [--json] | mixer set LINE/CONTROL VALUE', 'show the mixer’s lines, or set a control'),
  verb(
    'devices',
    'devices [--json] | devices select microphone|aux ID|none',
    "list what's there: inputs, outputs",
  ),
  verb('quit', 'quit', 'end it'),
];

describe('completion', () => {
  /** What bash offers behind a line. */
  const offered = (...line: string[]): string[] => {
    const script = `${bashCompletion(verbs)}
      compgen() { if [ "$1" = -f ]; then return 0; fi; builtin compgen "$@"; }
      COMP_WORDS=(pinwheel ${line.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${line.length}
      _pinwheel; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean);
  };

  it('for bash offers verbs, then what the verb has', () => {
    expect(offered('')).toEqual(['start', 'mixer', 'devices', 'quit', 'help']);
    expect(offered('m')).toEqual(['mixer']);
    expect(offered('mixer', '')).toEqual(['set', '--json', '--help']);
    expect(offered('devices', 'select', '')).toEqual([
      'select',
      'microphone',
      'aux',
      'none',
      '--json',
      '--help',
    ]);
    expect(offered('mixer', '--j')).toEqual(['--json']);
    expect(offered('nothing', '')).toEqual([]);
  });

  it('for zsh and fish quotes what summaries say', () => {
    expect(zshCompletion(verbs)).toContain(`'devices:list what’s there – inputs, outputs'`);
    expect(fishCompletion(verbs)).toContain(`-a devices -d 'list what’s there – inputs, outputs'`);
    expect(fishCompletion(verbs)).toContain(`__fish_seen_subcommand_from mixer' -l json`);
  });

  it('has a manual page that is understood', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pw-man-'));
    try {
      const file = path.join(folder, 'pinwheel.1');
      writeFileSync(file, manualPage(verbs, '1.2.3'));
      const { stdout, stderr, error } = spawnSync('groff', ['-man', '-Tutf8', '-ww', file], {
        encoding: 'utf8',
      });
      if (error) return expect(manualPage(verbs, '1.2.3')).toMatch(/^\.TH PINWHEEL/);
      expect(stderr).toBe('');
      // Bold is a character over itself.
      const text = stdout.replaceAll(/.\x08/g, '');
      expect(text).toContain('EXIT STATUS');
      expect(text).toContain('LINE/CONTROL VALUE');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is written for every shell at once, of the verbs themselves', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pw-completion-'));
    const lines: string[] = [];
    const out: Output = {
      line: (text) => lines.push(text),
      json: () => {},
      progress: () => {},
      note: (text) => lines.push(text),
    };
    const all: Verb[] = [...verbs, completionVerb(() => all)];
    const run = (...argv: string[]) => runCommandLine(all, argv, { out } as Omit<VerbContext, 'args'>);
    try {
      expect(await run('completion', '--write', folder)).toBe(0);
      expect(readdirSync(folder).sort()).toEqual([
        '_pinwheel',
        'pinwheel.1',
        'pinwheel.bash',
        'pinwheel.fish',
      ]);
      expect(await run('completion', 'bash')).toBe(0);
      expect(lines.join('\n')).toContain('completion) choices="bash zsh fish man --write --help"');
      expect(await run('completion', 'tcsh')).toBe(2);
      lines.length = 0;
      expect(await run('mixer', '--help')).toBe(0);
      expect(lines.join('\n')).toContain('mixer set');
      expect(lines.join('\n')).not.toContain('devices');
      expect(await run('nothing')).toBe(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
