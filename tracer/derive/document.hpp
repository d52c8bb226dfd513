// A derivation as a document: what stands on the page, in order, before any format is chosen.
// derive/ writes it, render/ sets it. Every number in a Notation is already rounded and proved;
// the Values beside them are the numbers themselves, for JSON and for checks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/number/decimal.hpp"
#include "tracer/number/eigen.hpp"
#include "tracer/symbol/notation.hpp"

namespace tracer {

/// A matrix of numbers (a scalar is 1×1), each with the decimals that are proved of it.
struct Value {
  Array<Exact> numbers;           ///< rows × columns; empty where the lesson has no numbers
  std::vector<Decimal> decimals;  ///< row by row, at the digits asked for
  bool scalar() const { return numbers.size() == 1; }
  bool empty() const { return numbers.size() == 0; }
};

/// One link of a chain of equalities: "= w1·x + b1", "≈ 0.3333333333".
struct Link {
  bool exact = true;  ///< false: what follows was rounded, and ≈ stands before it
  Notation what;

  friend bool operator==(const Link&, const Link&) = default;
};

/// A line of working: left = rule = numbers = value, with remarks.
/// Lines of one block are set under each other, column by column.
struct Equation {
  Notation left;              ///< z1, ∂L/∂w2
  std::vector<Link> rule;     ///< in symbols: = ∂L/∂z2 · ∂z2/∂w2 = ∂L/∂z2 · a1
  std::vector<Link> numbers;  ///< the numbers in it: = (−1.8788)(2.06)
  std::vector<Link> value;    ///< the result: = −3.870328, or = 1/3 ≈ 0.3333333333
  std::vector<std::string>
      remarks;         ///< reasons, half a line each, in Unicode text without brackets
  bool arrow = false;  ///< "w1 ← ..." in place of "w1 = ..."

  friend bool operator==(const Equation&, const Equation&) = default;
};

struct ForwardLine {
  std::string name;        ///< z1
  std::string expression;  ///< as the lesson has it: w1*x + b1
  std::string shape;       ///< "2×3"; empty for a scalar
  Value value;
  Equation equation;
  std::vector<std::string> uses = {};  ///< parameters, data and lines, by name
};

struct GradientLine {
  std::string of;   ///< L
  std::string wrt;  ///< w1
  std::string shape;
  Value value;
  std::vector<Equation> paths;  ///< one a path where paths meet; empty where there is one path
  Equation equation;            ///< the line itself (with several paths: the sum of them)
  std::vector<Equation>
      explanation;  ///< an indented derivation of the rule (softmax), may be empty
};

struct UpdateLine {
  std::string name;
  Value before;
  Value after;
  Value clipped;  ///< the gradient as clipping leaves it; empty: nothing is cut off
  std::vector<Equation>
      working;  ///< the state's lines first (momentum, moments), the new value last
};

/// What is known before the forward pass: data, weights now.
struct Given {
  std::string name;
  Value value;
  Equation equation;  ///< w1 = 1.02
};

/// --check: a gradient beside the difference that confirms it.
struct DifferenceLine {
  std::string wrt;
  Equation equation;
  bool agrees = true;  ///< or is at a corner, where there is no slope to agree with
};

/// --paths: a gradient as the sum over all paths from the loss.
struct PathsTo {
  struct Line {
    std::vector<std::string> through;  ///< the loss first, the variable last
    Equation equation;                 ///< the product of its Jacobians
  };
  std::string wrt;
  std::string count;  ///< of all paths
  std::string label;  ///< "3 paths from E to x"
  std::vector<Line> lines;
  Equation sum;
};

/// The way back from one loss, and what flags add to it.
struct BackwardPass {
  std::string from;  ///< the loss, where the lesson has several: L2; else empty

  std::vector<Equation> jacobians;  ///< --jacobians: from the loss on

  std::vector<std::string> way_back;             ///< L, z2, a1, z1
  std::vector<GradientLine> gradients;           ///< in backward order
  std::string chains_label = "The whole chain";  ///< or "One entry"
  std::vector<Equation> chains;                  ///< the whole chain, once
  std::vector<PathsTo> paths;                    ///< --paths: one a variable
  std::string check_heading;                     ///< how the differences are taken
  std::vector<DifferenceLine> checks;            ///< --check
  std::vector<Equation> second;  ///< --order 2: the Hessian by its blocks, and in numbers
};

/// One step: a forward pass, a backward pass, and an update where the lesson trains.
struct DerivationStep : BackwardPass {
  int step = 1;
  int epoch = 1;
  std::vector<int> samples;   ///< from 1; empty where the lesson has no data
  std::string heading;        ///< "Sample 2 of 3: x = 2, y = 4"
  std::string layout;         ///< "one column per sample, ...", empty for scalars
  std::vector<Given> data;    ///< matrices of the batch that the heading could not hold
  std::string weights_label;  ///< "Weights now (after sample 1)"
  std::vector<Given> weights;

  std::vector<std::string>
      path;  ///< x, z1, a1, z2, L: a chain through the network, empty where it is no chain
  std::vector<ForwardLine> forward;

  std::vector<BackwardPass> further;  ///< `grad L1, L2`: from the losses after the first

  std::string update_rule;  ///< "new = old − 0.01 · gradient, all from the gradients above"
  std::vector<UpdateLine> updates;
  std::vector<Equation> effect;    ///< "L ≈ 1.409251143" with the remark "was 1.76494472"
  std::vector<std::string> drift;  ///< rounded working: how far it is from the exact run by now
  std::vector<std::string> notes;  ///< e.g. from which step on rationals became intervals
};

/// What a lesson expected, and what came of it.
struct Judgement {
  std::string text;           ///< a line: "expected L = 1   does not hold: it is 2"
  std::optional<bool> holds;  ///< nothing: a derivation does not judge it
};

struct Derivation {
  std::string title;
  std::vector<std::string> introduction;  ///< paragraphs
  std::vector<std::string> parameters;
  bool in_rows = false;  ///< the numerator layout
  std::string working;   ///< "every written line rounded to 4 decimals", empty: exact
  std::vector<DerivationStep> steps;
  long long remaining = 0;  ///< steps that are not shown
  std::vector<Judgement> expectations;
};

/// Which parts of a page are wanted.
struct PageParts {
  bool forward = true;
  bool backward = true;
  bool update = true;
  bool reasons = true;  ///< and the introduction; false: --brief
};

}  // namespace tracer
