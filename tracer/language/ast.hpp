// The syntax tree of a lesson: what was written, before anybody asks what it means. The parser
// (parser.hpp) makes it, the elaborator turns it into a graph.
//
// Expressions stand in one array, Lesson::expressions, and name their parts by index. Parts come
// before the whole, so a loop over the array from the front meets every operand before its operator
// (no recursion is needed), and a tree of any depth is destroyed without recursion.
//
// What the parser has settled already:
//   - the prefixes np. numpy. jnp. math. torch. F. nn. (and functional. linalg. special. after
//     them) are gone: np.exp(x) is Call exp. A value of the lesson's own by such a name, F.T,
//     stays;
//   - np.array([...]), np.asarray, torch.tensor are the list itself;
//   - ^ is **;  −, ·, ×, ⊙, ÷, ≤, ≥, ≠ are -, *, *, *, /, <=, >=, !=;  µ, ϵ, ϕ ... are μ, ε, φ in names;
//   - an expression has at most 2000 operators (the longest list element counts) and at most 200
//     nested brackets, so a recursion over one goes at most some 2200 deep.
// What it leaves: whether names and functions exist, shapes, the number and names of arguments,
// assignment to a name twice, and NumPy's other spellings (np.dot, np.multiply, np.matmul ... are
// plain calls of dot, multiply, matmul).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tracer/language/source.hpp"
#include "tracer/number/rational.hpp"

namespace tracer::ast {

/// Place of an expression in Lesson::expressions.
using ExprId = std::size_t;

/// A name, and where it was written.
struct Word {
  std::string text;
  Span span;
};

/// name=value in a call or among the options of a statement. No name occurs twice in one list.
struct Keyword {
  Word name;
  ExprId value;
};

// ------------------------------------------------------------------------------- expressions

struct Number {
  Rational value;  // 3, 0.01; never negative: see Unary; as written: its span
};
struct Name {
  std::string text;  // w1
};
struct String {
  std::string text;  // "train", without the quotes
};
struct Truth {
  bool value;  // True, False, true, false
};
struct None {};  // None (NumPy's newaxis too)
struct List {
  std::vector<ExprId> items;  // [1, 2], [[1, 2], [3, 4]], []
};
struct Tuple {
  std::vector<ExprId> items;  // (1, 3), (x,), (); (x) alone is x itself
};

enum class UnaryOperator { plus, minus };
struct Unary {
  UnaryOperator op;
  ExprId operand;
};

enum class BinaryOperator {
  add,
  subtract,
  multiply,
  divide,
  matmul,
  power,
  less,
  at_most,
  greater,
  at_least,
  equal,
  not_equal
};
struct Binary {
  BinaryOperator op;
  Span op_span;  // the operator alone
  ExprId left, right;
};

struct Call {  // relu(z), sum(E, axis=0)
  Word function;
  std::vector<ExprId> arguments;
  std::vector<Keyword> keywords;
};

struct Method {  // W.dot(X), x.reshape(2, 3), X.sum(axis=0)
  ExprId object;
  Word name;
  std::vector<ExprId> arguments;
  std::vector<Keyword> keywords;
};

struct Attribute {  // A.T, X.shape
  ExprId object;
  Word name;
};

struct Index {  // A[i, j], A[0], A[1:3, :]; each item an expression or a Slice; at least one
  ExprId object;
  std::vector<ExprId> items;
};

struct Slice {  // a:b, a:b:c, :    only as an item of Index
  std::optional<ExprId> begin, end, step;
};

struct Expr {
  Span span;  // all of it; for (a + b) with its brackets
  std::variant<Number, Name, String, Truth, None, List, Tuple, Unary, Binary, Call, Method,
               Attribute, Index, Slice>
      is;
};

// -------------------------------------------------------------------------------- statements

/// One dimension of a shape without numbers: the 3 or the m of `param W: (m, 3)`.
struct Dimension {
  std::variant<std::int64_t, std::string> size;  // a positive number, or a name
  Span span;
};

/// param w = 1        param W: (m, n)        input x        input x: (n)
struct Leaf {
  enum class Role { param, input };
  Span span;
  Role role;
  Word name;
  std::optional<ExprId> value;  // at most one of value and shape;
  // neither: a scalar without a number. 1 or 2 entries
  std::optional<std::vector<Dimension>> shape;
  std::optional<Word> assumed = {};  // input y: (k) one_hot
};

/// let lr = 0.01
struct Let {
  Span span;
  Word name;
  ExprId value;
};

/// data x, y in (1, 3), (2, 4)     data x = [1, 2]     data X, Y = circles(1000), samples="rows"
/// test X, Y = mnist("test")       validation X, Y = csv("held-out.csv")
struct Data {
  enum class Role { train, validation, test };
  Span span;
  Role role;
  std::vector<Word> names;        // at least one, all different
  bool written_with_in;           // `in`, as in Python's for: one item a sample; else `=`
  std::vector<ExprId> items;      // what the commas separate: at least one
  std::vector<Keyword> keywords;  // after the items; those inside a call stay in its Call
};

/// How such a statement begins.
constexpr std::string_view word_of(Data::Role role) {
  return role == Data::Role::train ? "data" : role == Data::Role::test ? "test" : "validation";
}

/// z1 = w1*x + b1
struct Assign {
  Span span;
  Word name;
  ExprId value;
};

/// grad L        grad L1, L2        grad L wrt w1, x        grad Y wrt X with dY
struct Grad {
  Span span;
  Word of;
  std::vector<Word> further;  // of which there are gradients too: L2
  std::vector<Word> wrt;      // empty: not said
  std::optional<Word> with;   // the name of the upstream gradient
};

/// train L with sgd(lr=0.01), batch_size=1, epochs=3
struct Train {
  Span span;
  Word loss;
  Word optimizer;                 // sgd
  std::vector<ExprId> arguments;  // what the optimizer was given without a name
  std::vector<Keyword> keywords;  // lr=0.01
  std::vector<Keyword> options;   // batch_size=1; `all` is a Name, false a Truth
};

/// predict P
struct Predict {
  Span span;
  Word name;
};

/// seed 7
struct Seed {
  Span span;
  std::uint64_t value;
};

/// When an expectation is judged. Samples, steps and epochs count from 1.
struct Scope {
  enum class When {
    first_step,  // nothing said; none of the counts below is set
    during,      // sample 2:            values and gradients of that step
    after,       // after sample 2:      the parameters after its update
    finally,     // finally:             none of the counts below is set
  };
  When when = When::first_step;
  // During, after: one of the three, or an epoch and one of the other two (epoch 2 sample 1).
  std::optional<std::int64_t> epoch, sample, step;
  Span span;  // "after sample 2"; empty when nothing was said
};

enum class Relation { equal, at_most, at_least };
enum class Split { train, validation, test };

/// One comparison of an expect line: dL/dW1[0, 1] = 1/3 within 0.01
struct Comparison {
  Span span;
  Word name;                        // w1, Z1, accuracy; for dL/dw1 it is L
  std::optional<Word> wrt;          // w1 of dL/dw1 (∂L/∂w1): then this is about the gradient
  std::vector<std::int64_t> index;  // empty, [i] or [i, j], from 0
  Span left;                        // all that stands left of the relation
  Relation relation;
  ExprId value;  // a constant expression: a number, 1/3, a list
  std::optional<ExprId> within;
  std::optional<Split> on;
};

/// expect after sample 2: w1 = 1.0583 within 0.0005, b1 = 0.02
struct Expect {
  Span span;
  Scope scope;
  std::vector<Comparison> comparisons;  // at least one
};

using Statement = std::variant<Leaf, Let, Data, Assign, Grad, Train, Predict, Seed, Expect>;

/// All of the statement, without the newline.
inline Span span_of(const Statement& statement) {
  return std::visit([](const auto& s) { return s.span; }, statement);
}

struct Lesson {
  std::string title;                  // the first line of the leading comment, "" if there is none
  std::string introduction;           // its other lines; a blank line stands between paragraphs
  std::vector<Expr> expressions;      // parts before the whole
  std::vector<Statement> statements;  // in the order of the text

  const Expr& expr(ExprId id) const { return expressions[id]; }
};

/// The first statement of a kind, or null.
template <class Kind>
const Kind* first_of(const Lesson& lesson) {
  for (const Statement& statement : lesson.statements) {
    if (const auto* found = std::get_if<Kind>(&statement)) return found;
  }
  return nullptr;
}

/// What a lesson most probably calls its loss, for messages: the last line that is called as losses
/// are, else the last line; `except` is not it.
std::string usual_loss(const Lesson&, std::string_view except = "");
/// L, loss, J, cost ...
bool is_usual_loss(std::string_view name);

}  // namespace tracer::ast
