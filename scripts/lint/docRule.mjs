/**
 * ESLint rule: what others build on says what it is. Exported functions and classes have a doc comment, and functions and
 * public methods that throw say so in it. A class that implements an interface leaves its methods to that.
 */

/** @type {import('eslint').Rule.RuleModule} */
export const docRule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'demand doc comments with units and errors where others build on it' },
    messages: {
      missing: '{{name}} has no doc comment: say its units, errors and place in the specification.',
      throws: 'The doc comment of {{name}} does not say what it throws.',
    },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    const commentOf = (/** @type {any} */ node) =>
      sourceCode
        .getCommentsBefore(node)
        .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
        .at(-1)?.value;
    /**
     * @param {any} node What is reported, and has the comment before it.
     * @param {string} name
     * @param {any} body
     * @param {boolean} isNeeded
     */
    const check = (node, name, body, isNeeded) => {
      const comment = commentOf(node);
      if (isNeeded && comment === undefined) context.report({ node, messageId: 'missing', data: { name } });
      else if (body && throwsItself(body) && !/throw/i.test(comment ?? ''))
        context.report({ node, messageId: 'throws', data: { name } });
    };
    return {
      'Program > ExportNamedDeclaration'(/** @type {any} */ node) {
        const { declaration } = node;
        if (declaration?.type === 'FunctionDeclaration') {
          check(node, declaration.id.name, declaration.body, !isOverloaded(node));
        } else if (declaration?.type === 'VariableDeclaration') {
          for (const { id, init } of declaration.declarations)
            if (init?.type === 'ArrowFunctionExpression') check(node, id.name, init.body, true);
        } else if (declaration?.type === 'ClassDeclaration') {
          check(node, declaration.id.name, undefined, true);
          if (declaration.implements?.length > 0) return;
          const members = declaration.body.body.filter(isPublicMethod);
          for (const member of members) {
            // The comment stands at the first signature of a method that has several.
            const first = members.find((/** @type {any} */ each) => each.key.name === member.key.name);
            check(first, `${declaration.id.name}.${member.key.name}`, member.value.body, false);
          }
        }
      },
    };
  },
};

/** The signature before it has the comment. @param {any} node */
function isOverloaded(node) {
  const { body } = node.parent;
  const before = body[body.indexOf(node) - 1]?.declaration;
  return before?.type === 'TSDeclareFunction' && before.id.name === node.declaration.id.name;
}

/** @param {any} member */
function isPublicMethod(member) {
  return (
    member.type === 'MethodDefinition' &&
    member.kind === 'method' &&
    member.key.type === 'Identifier' &&
    !member.override &&
    !['private', 'protected'].includes(member.accessibility)
  );
}

/**
 * A throw of its own, outside of a try and of functions inside.
 *
 * @param {any} node
 * @returns {boolean}
 */
function throwsItself(node) {
  if (Array.isArray(node)) return node.some(throwsItself);
  if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return false;
  if (node.type === 'ThrowStatement') return true;
  if (node.type === 'TryStatement' || /Function/.test(node.type)) return false;
  return Object.entries(node).some(([key, value]) => key !== 'parent' && throwsItself(value));
}
