import { isBuiltin } from 'node:module';
import path from 'node:path';
import { composable, layers } from './layers.mjs';

/** ESLint rule: an import that the layer table does not allow. Type-only imports count too: they are a dependency. */

/**
 * @param {string} file Path relative to the repository, with forward slashes.
 * @returns {string | undefined} Name of the layer, undefined outside src/.
 */
export function layerOf(file) {
  const inside = Object.entries(layers).filter(([, { path: prefix }]) =>
    prefix.endsWith('/') ? file.startsWith(prefix) : file === prefix,
  );
  return inside.sort(([, a], [, b]) => b.path.length - a.path.length)[0]?.[0];
}

/**
 * Why `file` must not import `specifier`; undefined when it may.
 *
 * @param {string} file Path relative to the repository, with forward slashes.
 * @param {string} specifier As written in the import.
 * @returns {string | undefined}
 */
export function forbidden(file, specifier) {
  const name = layerOf(file);
  const layer = name === undefined ? undefined : layers[name];
  if (layer === undefined) return undefined;
  const bare = specifier.replace(/[?#].*$/, '');

  if (bare.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(file), bare);
    const targetName = layerOf(target);
    // The version is written down in one place only.
    if (target === 'package.json' && layer.node) return undefined;
    if (targetName === undefined) return `${name} imports ${target}, which is no part of src/`;
    const allowed = layer.imports.flatMap((entry) => (entry === '*' ? composable : [entry]));
    if (targetName === name || allowed.includes(targetName)) return undefined;
    return `${name} must not import ${targetName} (${target})`;
  }
  if (bare.startsWith('/') || bare.startsWith('#') || (URL.canParse(bare) && !bare.startsWith('node:')))
    return `${name} imports ${specifier}: neither a relative path nor a package`;
  if (isBuiltin(bare)) return layer.node ? undefined : `${name} must not use Node's API (${specifier})`;
  const packageName = bare.split('/', bare.startsWith('@') ? 2 : 1).join('/');
  return layer.packages.includes(packageName)
    ? undefined
    : `${name} must not import the package ${packageName}`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const dependencyRule = {
  meta: {
    type: 'problem',
    docs: { description: 'enforce the dependency rule of docs/architecture.md' },
    messages: { forbidden: '{{reason}}. The dependency rule is scripts/lint/layers.mjs.' },
    schema: [],
  },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    /** @param {any} source A specifier's node. */
    const check = (source) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const reason = forbidden(file, source.value);
      if (reason !== undefined) context.report({ node: source, messageId: 'forbidden', data: { reason } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      // import('x').Y as a type
      TSImportType: (/** @type {any} */ node) => check(node.source ?? node.argument?.literal),
      CallExpression: (node) => {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') check(node.arguments[0]);
      },
    };
  },
};
