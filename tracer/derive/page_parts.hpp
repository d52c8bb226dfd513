// The parts of a page, and what they share: each looks at one step (none: a lesson in symbols) and
// adds to its page.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/derive/formulas.hpp"
#include "tracer/derive/page.hpp"
#include "tracer/error.hpp"

namespace tracer {

/// What every part looks at.
struct PageSource {
  const PageContext& context;
  const BatchGraph& batch;
  const StepRecord* record;  ///< null: in symbols
  StepNumbers numbers;
  bool wanted(NodeId) const;  ///< whether --wrt asks for this gradient
};

PageSource source_of(const PageContext&, const StepRecord&);

inline void add_remarks(Equation& equation, std::vector<std::string> more) {
  for (std::string& remark : more) equation.remarks.push_back(std::move(remark));
}

/// Writes a part of a page.
class PagePart {
 protected:
  explicit PagePart(const PageSource& source)
      : source_(source),
        graph_(source.batch.graph),
        rules_(source.context.rules),
        numbers_(source.numbers),
        show_(source.context.show),
        plain_(rules_.denominator()),
        plain_numbers_(plain_, source.record, show_, source.context.working) {}

  /// What a line comes to, and what is in doubt about that.
  void add_value(Equation& equation, const Array<Exact>& value, bool carried_rounded) const {
    equation.value = show_.links(value, carried_rounded);
    if (std::string doubt = show_.doubt(value); !doubt.empty())
      equation.remarks.push_back(std::move(doubt));
  }

  /// In rounded working a part of a line is written as every line is. Whether that changed it.
  bool rounded_as_asked(Array<Exact>& value) const {
    const auto& rounding = source_.context.rounding;
    if (!rounding) return false;
    try {
      return round_in_place({value.data(), value.rows(), value.cols()}, *rounding);
    } catch (const Undecided&) {
      return false;  // a tie, at the limit of precision: it is shown as it is
    }
  }

  /// For Rules::collected: gradients whose two steps are told as one.
  Rules::Shorter shorter() const {
    return [this](const GradientRule& rule) -> std::optional<Symbol> {
      const auto fusion = two_steps_as_one(rules_, numbers_, rule);
      return fusion ? std::optional(fusion->formula) : std::nullopt;
    };
  }

  const PageSource& source_;
  const Graph& graph_;
  const Rules& rules_;
  const StepNumbers& numbers_;
  const Show& show_;
  const Rules& plain_;  ///< in the denominator layout, and what their formulas come to
  const StepNumbers plain_numbers_;
};

/// --expand: the operation of the line that sends the gradient back, taken apart, and the rules of its
/// parts; empty where it has none.
std::vector<Equation> expansion_of(const PageSource&, const GradientRule&);

void write_forward(const PageSource&, DerivationStep&);
void write_backward(const PageSource&, DerivationStep&);
/// The path through the network, where it is a chain, and the whole chain of the farthest
/// parameter.
void write_path(const PageSource&, DerivationStep&);
void write_chains(const PageSource&, DerivationStep&);
void write_update(const PageContext&, const StepRecord&, const StepRecord* exact, DerivationStep&);
/// The rule of the train line in symbols, for every step alike.
void write_symbolic_update(const PageContext&, const Graph&, DerivationStep&);

/// A formula, or what is said in place of one that is too long.
Notation write_short(const Symbol& formula);
/// A rule that is nothing but a name or a number has nothing to put numbers into.
bool is_plain(const Symbol& formula);
void add_numbers(Equation&, std::optional<Notation> numbers);
/// What is the value already is said once: ∂L/∂y = 1 and not 1 = 1, z = 1/3 ≈ 0.33 and not 1/3 = 1/3.
void say_once(Equation&);

// The half lines that say why: on which side of its corner a relu is, what a factor 0 does, why a
// transpose, what a softmax's rule comes from.

/// Whether no value and no side of a matrix of the lesson is called by that letter.
bool is_unused(const Graph&, std::string_view letter);
/// The first of these letters that is unused.
std::string unused_letter(const Graph&, std::span<const std::string_view> letters);
/// Of these the argument of a softmax that has no name.
inline constexpr std::array<std::string_view, 4> argument_letters{"z", "s", "u", "q"};

/// What its notation means that no lesson has: place[i,j](v), eᵢ, others(x). Each once.
std::vector<std::string> legends_of(const Symbol& formula);

/// Beside the forward line of a node.
std::vector<std::string> forward_reasons(const Rules&, const StepNumbers&, NodeId line);

/// Below a gradient. `told`: what has been said on this page already and need not be said again.
struct Told {
  bool weights_of_forward = false;
  bool transpose = false;
};
std::vector<std::string> gradient_reasons(const Rules&, const StepNumbers&, const GradientRule&,
                                          bool trains, Told&);

/// "(2×2)(2×2) + (2×1)": the shapes of a line that multiplies matrices; empty for any other.
std::string shapes_of(const Symbol& formula);

}  // namespace tracer
