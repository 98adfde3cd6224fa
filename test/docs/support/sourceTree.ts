import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { FlowArrow, FlowPart } from './flowDiagrams.ts';

const SRC = path.resolve(import.meta.dirname, '../../../src');
/** Messages between main and its hosts. */
const HOST_CONTRACTS = ['contract/hardware', 'contract/midiHardware', 'contract/alsaHardware'];

/** What one source file has and does, by name. */
interface Source {
  readonly path: string;
  readonly exported: ReadonlySet<string>;
  /** Functions, methods and properties, but for private ones. */
  readonly declared: ReadonlySet<string>;
  /** Functions and methods. */
  readonly called: ReadonlySet<string>;
  readonly read: ReadonlySet<string>;
  /** Files that are imported, and names from each. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
  /** Values of properties called `type`: messages that are made. */
  readonly sent: ReadonlySet<string>;
  /** Other texts: messages that are told apart. */
  readonly texts: ReadonlySet<string>;
}

/** Sources of the program, read as far as it takes to tell whether a diagram is right. */
export class SourceTree {
  readonly #sources = new Map<string, Source | undefined>();

  /** What is wrong with a part: a sentence, or nothing. */
  missing({ name, file }: FlowPart): string[] {
    if (file === undefined) return [];
    const source = this.#source(file);
    if (!source) return [`There is no file ${file}.`];
    return source.exported.has(name) ? [] : [`${file} does not export ${name}.`];
  }

  /** Why an arrow is not in the code: a sentence, or nothing. */
  unfounded({ kind, from, to, label }: FlowArrow): string[] {
    const isInside = from.file !== undefined && to.file !== undefined;
    const said = `${from.name} to ${to.name}`;
    if (kind === 'outside') return isInside ? [`${said} is drawn as if one of them were outside.`] : [];
    if (!isInside) return [`${said}: an arrow to or from the outside has dots.`];
    const [source, target] = [this.#source(from.file), this.#source(to.file)];
    if (!source || !target) return [`${said}: a file is not there.`];
    const faults =
      kind === 'message'
        ? this.#messageFaults(source, target, label)
        : this.#callFaults(source, target, label, to);
    return faults.map((fault) => `${said}: ${fault}`);
  }

  #messageFaults(source: Source, target: Source, label: string): string[] {
    return label
      .split(', ')
      .flatMap((message) => [
        ...(HOST_CONTRACTS.some((file) => this.#source(file)!.texts.has(message))
          ? []
          : [`no contract of a host has the message ${message}`]),
        ...(source.sent.has(message) ? [] : [`${message} is not sent`]),
        ...(target.texts.has(message) ? [] : [`${message} is not understood`]),
      ]);
  }

  #callFaults(source: Source, target: Source, label: string, to: FlowPart): string[] {
    if (label === '') {
      const names = source.imports.get(target.path);
      return names?.has(to.name) ? [] : ['it is not imported'];
    }
    return label.split(', ').flatMap((each) => {
      const [, service, name, isCall] = /^(?:(\w+)\.)?(\w+)(\(\))?$/.exec(each) ?? [];
      if (name === undefined) return [`“${each}” is neither a method nor an event`];
      // An event is the source's, and the target listens.
      const [owner, user] = isCall ? [target, source] : [source, target];
      const isUsed = isCall ? user.called.has(name) : user.read.has(name);
      const contract = service === undefined ? undefined : this.#source(`contract/services/${service}`);
      return [
        ...(service === undefined || contract?.declared.has(name) ? [] : [`the contract has no ${each}`]),
        ...(owner.declared.has(name) ? [] : [`${name} is not declared`]),
        ...(isUsed ? [] : [`${name} is not used`]),
      ];
    });
  }

  #source(file: string): Source | undefined {
    if (!this.#sources.has(file)) {
      const paths = ['main', ''].flatMap((folder) =>
        ['.ts', '.svelte.ts'].map((ending) => path.join(SRC, folder, file + ending)),
      );
      const found = paths.find((each) => existsSync(each));
      this.#sources.set(file, found === undefined ? undefined : readSource(found));
    }
    return this.#sources.get(file);
  }
}

function readSource(file: string): Source {
  const exported = new Set<string>();
  const declared = new Set<string>();
  const called = new Set<string>();
  const read = new Set<string>();
  const imports = new Map<string, Set<string>>();
  const sent = new Set<string>();
  const texts = new Set<string>();

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const { text } = node.moduleSpecifier as ts.StringLiteral;
      const bindings = node.importClause?.namedBindings;
      const names = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
      const known = path.resolve(path.dirname(file), text);
      imports.set(known, new Set(names.map(({ name, propertyName }) => (propertyName ?? name).text)));
      return;
    }
    const name = nameOf(node);
    if (name !== undefined) {
      declared.add(name);
      if (isExported(node)) exported.add(name);
    }
    if (ts.isCallExpression(node)) {
      const callee = node.expression;
      if (ts.isPropertyAccessExpression(callee) || ts.isIdentifier(callee)) {
        called.add(ts.isIdentifier(callee) ? callee.text : callee.name.text);
      }
    }
    if (ts.isPropertyAccessExpression(node)) read.add(node.name.text);
    if (ts.isBindingElement(node)) read.add((node.propertyName ?? node.name).getText());
    if (ts.isStringLiteral(node)) {
      const isSent = ts.isPropertyAssignment(node.parent) && node.parent.name.getText() === 'type';
      (isSent ? sent : texts).add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return { path: file, exported, declared, called, read, imports, sent, texts };
}

/** Of a function, class, type, variable, or a member that is not private. */
function nameOf(node: ts.Node): string | undefined {
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node) ||
    ts.isGetAccessorDeclaration(node);
  return isNamed && node.name && ts.isIdentifier(node.name) ? node.name.text : undefined;
}

function isExported(node: ts.Node): boolean {
  const owner = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  if (!ts.canHaveModifiers(owner)) return false;
  return ts.getModifiers(owner)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
