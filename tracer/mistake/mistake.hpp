// A mistake: what people write in place of a rule. It is known once, with its kind and how often
// that was seen, its words for whoever wrote a program and for whoever wrote a sheet, and its edit
// of the backward pass. The diagnosis of a program puts the edit into a graph
// (diagnosis/search.hpp), the marking of a sheet into the formula of a line (line_formulas.hpp,
// formula_mistakes.hpp).
// What is known of one operation alone stands in its room (op/); what takes a look at the
// neighbours stands here, by kind: see catalogue.hpp, which is next.
// The kinds and how often they were seen are read off published implementations.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/graph/backward.hpp"
#include "tracer/op/mistake_kinds.hpp"
#include "tracer/symbol/notation.hpp"

namespace tracer {

inline bool operator==(const MistakeKind& a, const MistakeKind& b) { return a.id == b.id; }
/// How surprising a mistake of that kind is, from 0 (seen often) to 1 (hardly ever).
inline double surprise(const MistakeKind& kind) { return 1.0 / (1 + kind.seen); }

/// A sentence with notation in it, piece by piece.
using Phrase = std::vector<Notation>;

/// A mistake in the words of whoever marks a sheet.
struct SheetWords {
  std::string kind;  ///< a word or two, for the table of a class: "slope left out"
  Phrase says;       ///< "the slope ∂z2/∂a1 was left out"
  std::string hint;  ///< where to look, without a value
};
/// When a mistake is tried on a sheet, and so told, among those that give the same number.
enum class Turn {
  whole,   ///< what can be done to any number
  paths,   ///< before any part of a formula is left out
  slopes,  ///< after that: the slope of a line as a whole
  rules,   ///< the rule of its operation
  last     ///< many numbers come about that way
};
/// What a mistake makes of the formula of a line on a sheet.
struct WrongFormula {
  SheetWords words;
  Symbol formula{0};
};
struct OnSheet {
  Turn turn = Turn::last;
  std::function<SheetWords()> words = {};  ///< empty: sheets are not searched for it
};

/// One wrong formula at one place.
struct Mistake {
  MistakeKind kind;
  std::string says;    ///< what was done, half a sentence: "relu(Z1) stands where ..."
  std::string family;  ///< the same in two places is one mistake made twice: "... of relu"
  NodeId line = -1;    ///< the named line (or the parameter) that it stands in
  NodeId of = -1;      ///< the value whose gradient is wrong because of it; may be unnamed
  std::shared_ptr<const Edit> edit = {};
  bool says_all = false;  ///< no formula need stand beside the sentence
  /// What the factor of an edit with one is, which is fitted to a claim.
  enum class Factor {
    number,  ///< something, most likely: 2, 1/m
    rate,    ///< a learning rate: any number
    corner   ///< a slope at a corner, any between those of the two sides: no mistake at all
  };
  Factor factor = Factor::number;
  long double neutral = 1;  ///< the factor without a mistake (1 for "k times", 0 for "k times W was
                            ///< added")
  long double least = 0;    ///< of a corner: the factor of the smallest slope that is right
  std::vector<long double> other_at = {};  ///< factors with which it is a mistake of another kind
  OnSheet on_sheet = {};
  /// Another line's gradient is taken for what comes from above, and nothing else is wrong: so that
  /// the rule at that place may be wrong beside it. −1: no.
  NodeId above = -1;
  double far_fetched = 0;  ///< digits of evidence that it takes beside those of any mistake: of one
                           ///< among very many
};

/// A mistake of that kind, which is its family too.
Mistake mistake_of(const MistakeKind&, std::string says);
/// Adds it, with the formula that `make` gives for that place; leaves it out where the formula does
/// not fit the shapes (ShapeError), or has another shape than `wanted`.
void add_mistake(std::vector<Mistake>&, Mistake, Edit where, const Shape& wanted,
                 const std::function<Symbol()>& make);

}  // namespace tracer
