/**
 * Which error codes a source file throws, read from its syntax: codes given to `new AdrasteiaError`, directly or through a
 * function that takes an `ErrorCode`, and codes that a function or table declared with `ErrorCode` holds. Codes that are only
 * compared with don't count.
 */
import ts from 'typescript';

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** The codes among `known` that the source throws, sorted. */
export function thrownCodes(source: string, known: ReadonlySet<string>): readonly string[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const throwers = new Set(['AdrasteiaError', ...functionsTakingCode(file)]);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && known.has(node.text) && isThrown(node, throwers)) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found].sort();
}

function functionsTakingCode(file: ts.SourceFile): readonly string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) &&
      node.parameters.some(({ type }) => namesCode(type))
    ) {
      if (node.name !== undefined) names.push(node.name.getText(file));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

function isThrown(literal: ts.Node, throwers: ReadonlySet<string>): boolean {
  for (let node = literal; !ts.isSourceFile(node.parent); node = node.parent) {
    const { parent } = node;
    if (ts.isBinaryExpression(parent) && COMPARISONS.has(parent.operatorToken.kind)) return false;
    if (ts.isCaseClause(parent) && parent.expression === node) return false;
    if (ts.isConditionalExpression(parent) && parent.condition === node) return false;
    if (ts.isNewExpression(parent) || ts.isCallExpression(parent)) return throwers.has(calledName(parent));
    if ((ts.isFunctionLike(parent) || ts.isVariableDeclaration(parent)) && namesCode(parent.type)) return true;
  }
  return false;
}

function calledName({ expression }: ts.NewExpression | ts.CallExpression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}

function namesCode(type: ts.TypeNode | undefined): boolean {
  return type !== undefined && /\bErrorCode\b/.test(type.getText());
}
