/** ESLint rule: an error that nobody is told of, without a comment that says why. Nodes are ESTree's. */

/**
 * Functions that are handed what went wrong: `.catch(f)`, `.then(_, f)`, `.on('error', f)`.
 *
 * @param {any} call
 */
function errorHandler({ callee, arguments: args }) {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined;
  switch (callee.property.name) {
    case 'catch':
      return args[0];
    case 'then':
      return args[1];
    case 'on':
    case 'once':
      return args[0]?.type === 'Literal' && args[0].value === 'error' ? args[1] : undefined;
    default:
      return undefined;
  }
}

const STATEMENT = /Statement$|^(?:VariableDeclaration|PropertyDefinition)$/;
const FUNCTION = /^(?:FunctionDeclaration|MethodDefinition)$/;
/** Lines of a function whose own comment speaks of everything in it. */
const SHORT = 20;

/**
 * The node itself, or the nearest around it, whose type fits.
 *
 * @param {any} node
 * @param {RegExp} type
 */
function enclosing(node, type) {
  for (let each = node; each; each = each.parent) if (type.test(each.type)) return each;
  return undefined;
}

/** @param {any} node */
function isShort({ loc }) {
  return loc.end.line - loc.start.line < SHORT;
}

/** @param {any} node */
function outermost(node) {
  return node.parent?.type === 'ExportNamedDeclaration' ? node.parent : node;
}

/** @type {import('eslint').Rule.RuleModule} */
export const swallowedErrors = {
  meta: {
    type: 'problem',
    docs: { description: 'an error that nobody is told of is there on purpose, and a comment says why' },
    schema: [],
    messages: { silent: 'The error goes nowhere: say in a comment why that is right, or use it.' },
  },
  create(context) {
    const { sourceCode } = context;

    /**
     * Inside of it, beside it, on the line before it, or before the statement or the short function that it is in.
     *
     * @param {any} node
     */
    const isExplained = (node) => {
      const [statement, whole] = [enclosing(node, STATEMENT), enclosing(node, FUNCTION)];
      if (statement && sourceCode.getCommentsBefore(statement).length > 0) return true;
      if (whole && isShort(whole) && sourceCode.getCommentsBefore(outermost(whole)).length > 0) return true;
      const [first, last] = [node.loc.start.line - 1, node.loc.end.line];
      /** @param {import('estree').SourceLocation} loc */
      const isNear = ({ start, end }) => end.line >= first && start.line <= last;
      return sourceCode.getAllComments().some(({ loc }) => loc && isNear(loc));
    };

    return {
      CatchClause(node) {
        const rethrows = node.body.body.some(({ type }) => type === 'ThrowStatement');
        if (!node.param && !rethrows && !isExplained(node)) context.report({ node, messageId: 'silent' });
      },
      CallExpression(node) {
        const handler = errorHandler(node);
        if (!handler || !/FunctionExpression$/.test(handler.type) || handler.params.length > 0) return;
        if (!isExplained(handler)) context.report({ node: handler, messageId: 'silent' });
      },
    };
  },
};
