/** The tree of a template. `start` and `end` are offsets in its source. */

interface Span {
  readonly start: number;
  readonly end: number;
}

interface TextNode extends Span {
  readonly kind: 'text';
  readonly text: string;
}

interface ActionNode extends Span {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

export interface BranchNode extends Span {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[] | undefined;
}

interface JumpNode extends Span {
  readonly kind: 'break' | 'continue';
}

interface TemplateNode extends Span {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

/** What produces output, or decides what does. */
export type Node = TextNode | ActionNode | BranchNode | JumpNode | TemplateNode;

export interface PipeNode extends Span {
  readonly kind: 'pipe';
  /** Variable names with their `$`. */
  readonly variables: readonly string[];
  /** `=` into variables that exist, not `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

export interface CommandNode extends Span {
  readonly kind: 'command';
  readonly args: readonly [Operand, ...Operand[]];
}

interface DotNode extends Span {
  readonly kind: 'dot';
}

interface ConstantNode extends Span {
  readonly kind: 'constant';
  readonly value: boolean | number | bigint | string | null;
}

interface FieldNode extends Span {
  readonly kind: 'field';
  readonly names: readonly string[];
}

interface VariableNode extends Span {
  readonly kind: 'variable';
  readonly name: string;
  readonly names: readonly string[];
}

export interface FunctionNode extends Span {
  readonly kind: 'function';
  readonly name: string;
}

/** Fields of what a parenthesised pipeline gave: `(index .Alerts 0).Labels`. */
export interface ChainNode extends Span {
  readonly kind: 'chain';
  readonly operand: Operand;
  readonly names: readonly string[];
}

export type Operand =
  | DotNode
  | ConstantNode
  | FieldNode
  | VariableNode
  | FunctionNode
  | ChainNode
  | PipeNode;
