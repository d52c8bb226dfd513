// --wrt 'W2[3,5]': one entry of a gradient, however large: the sum that makes it, its largest terms
// first. --depth N goes on to the factors of that sum, each by the line that it comes from, and to
// theirs, level by level.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "tracer/derive/entry_terms.hpp"
#include "tracer/derive/page_parts.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

constexpr std::size_t largest_shown = 8;
constexpr std::size_t most_lines = 60;  // of an entry and its factors; what is beyond is counted
constexpr std::array<std::string_view, 8> running{"k", "l", "r", "s", "p", "t", "j", "i"};

std::vector<std::string> running_letters(const Graph& graph) {
  std::vector<std::string> letters;
  for (const std::string_view letter : running)
    if (is_unused(graph, letter)) letters.emplace_back(letter);
  if (letters.empty()) letters.emplace_back("k");
  return letters;
}

class Explained {
 public:
  Explained(const PageContext& context, const Rules& rules, const StepRecord* record)
      : context_(context),
        rules_(rules),
        graph_(rules.graph()),
        record_(record),
        numbers_(rules, record, context.show, context.working),
        terms_(numbers_, context.working, running_letters(graph_)) {}

  void write_to(const std::string& name, NodeId id, std::pair<int, int> at, DerivationStep& page) {
    const GradientRule* gradient = rules_.find(id);
    if (gradient == nullptr)
      throw Error(fmt::format("--wrt {}: the loss does not depend on {}", name, name));
    std::vector<EntryTerms::Term> terms;
    for (const Path& path : gradient->paths)
      std::ranges::move(terms_.terms_of({rules_.contribution(path), at.first, at.second},
                                        EntryTerms::Apart::once),
                        std::back_inserter(terms));
    Equation sum = line(std::move(terms), left_of(id, at));
    if (numbers_.known())
      sum.value = context_.show.links(
          Array<Exact>::Constant(1, 1, record_->adjoints.at(id)(at.first, at.second)),
          record_->rounded_adjoints.contains(id));
    say_once(sum);
    page.chains.push_back(std::move(sum));
    seen_ = {{gradient_symbol(id), at.first, at.second}};
    explain_factors(page);
    page.chains_label = page.chains.size() == 1 ? "One entry" : "Entry by entry";
  }

 private:
  // the entry of the variable: a row has it in another place
  Notation left_of(NodeId id, std::pair<int, int> at) const {
    const std::string index = fmt::format("{},{}", at.first, at.second);
    return context_.rules.in_rows()
               ? notation::partial(context_.rules.loss_display(),
                                   notation::index(context_.rules.display(id), index))
               : notation::index(context_.rules.partial(id), index);
  }

  Symbol gradient_symbol(NodeId id) const {
    return Symbol::leaf({Quantity::adjoint, graph_[id].name}, rules_.partial(id), graph_[id].shape);
  }

  // ... = the terms = the numbers in them; the value is not in it yet. What the terms are made of waits
  // for the next level.
  Equation line(std::vector<EntryTerms::Term> terms, Notation left) {
    const std::size_t all = terms.size();
    const auto is_zero = [](const EntryTerms::Term& t) {
      return t.value && t.value->is_zero_surely();
    };
    const auto zeros = static_cast<std::size_t>(std::ranges::count_if(terms, is_zero));
    if (all > 1) std::erase_if(terms, is_zero);  // of a single one it is to be seen why
    if (numbers_.known())
      std::ranges::stable_sort(terms, std::greater<>{}, [](const EntryTerms::Term& t) {
        return std::abs(t.value->to_double());
      });
    Equation sum;
    sum.left = std::move(left);
    std::vector<Notation> symbols, values;
    bool exact = true;
    Exact rest = 0;
    for (std::size_t k = 0; k < terms.size(); ++k) {
      if (k >= largest_shown) {
        if (numbers_.known()) rest += *terms[k].value;
        continue;
      }
      const Symbol formula = terms[k].formula();
      for (Entry& factor : terms_.entries_in(formula)) next_.push_back(std::move(factor));
      Notation written = write(formula);
      if (!terms[k].over.empty()) {
        written = notation::words("Σ" + *subscript(terms[k].over), {std::move(written)});
        sum.remarks.push_back(terms[k].over + " " + terms[k].range);
      }
      symbols.push_back(std::move(written));
      if (!numbers_.known()) continue;
      values.push_back(terms_.in_numbers(formula));
      exact = exact && is_exact(values.back());
    }
    if (terms.size() > largest_shown) {
      const std::size_t left_over = terms.size() - largest_shown;
      symbols.push_back(notation::words(
          fmt::format("{} {} terms", left_over, numbers_.known() ? "smaller" : "more")));
      if (numbers_.known()) {
        values.push_back(context_.show(rest));
        exact = exact && is_exact(values.back());
      }
    }
    if (!symbols.empty()) sum.rule.push_back({true, notation::sum(std::move(symbols))});
    if (!values.empty()) sum.numbers.push_back({exact, notation::sum(std::move(values))});
    if (all > 1 && numbers_.known()) {
      sum.remarks.push_back(fmt::format("a sum of {} terms, the largest first{}", all,
                                        zeros == all ? "; all are 0"
                                        : zeros > 0  ? fmt::format("; {} of them are 0", zeros)
                                                     : ""));
    }
    return sum;
  }

  void explain_factors(DerivationStep& page) {
    std::size_t written = 1, beyond = 0;
    for (int level = 2; level <= context_.depth; ++level) {
      const std::vector<Entry> now = std::exchange(next_, {});
      for (const Entry& factor : now) {
        if (std::ranges::find(seen_, factor) != seen_.end()) continue;
        seen_.push_back(factor);
        std::optional<std::vector<EntryTerms::Term>> terms = terms_of(factor);
        if (!terms) continue;
        if (written >= most_lines) {
          ++beyond;
          continue;
        }
        Equation made = line(std::move(*terms), terms_.written(factor));
        if (numbers_.known()) {
          made.value = context_.show.links(Array<Exact>::Constant(1, 1, terms_.value(factor)),
                                           is_carried_rounded(factor));
          say_once(made);
        }
        page.chains.push_back(std::move(made));
        ++written;
      }
    }
    next_.clear();
    if (beyond > 0)
      page.notes.push_back(
          fmt::format("--depth {}: {} lines are shown; {} more factors are not explained",
                      context_.depth, most_lines, beyond));
  }

  // What an entry comes from; nothing: it is given, or can't be taken apart.
  std::optional<std::vector<EntryTerms::Term>> terms_of(const Entry& of) {
    const auto taken_apart = [&](const Symbol& formula) {
      return terms_.terms_of({formula, of.row, of.column}, EntryTerms::Apart::fully);
    };
    if (of.formula.kind() != Symbol::Kind::leaf) {
      auto terms = taken_apart(of.formula);
      const bool as_it_was = terms.size() == 1 &&
                             terms_.entries_in(terms[0].formula()) == std::vector<Entry>{of} &&
                             terms[0].formula().kind() == Symbol::Kind::leaf;
      return as_it_was ? std::nullopt : std::optional(std::move(terms));
    }
    const Quantity& stands_for = of.formula.stands_for();
    const NodeId id = graph_.node_of(stands_for);
    if (id < 0) return std::nullopt;
    if (stands_for.kind != Quantity::adjoint)
      return graph_[id].is_leaf() ? std::nullopt
                                  : std::optional(taken_apart(line_formula(graph_, id)));
    const GradientRule* gradient = rules_.find(id);
    if (gradient == nullptr) return std::nullopt;
    if (const auto fusion = two_steps_as_one(rules_, numbers_, *gradient))
      return taken_apart(fusion->formula);
    std::vector<EntryTerms::Term> terms;
    for (const Path& path : gradient->paths)
      std::ranges::move(taken_apart(rules_.contribution(path)), std::back_inserter(terms));
    return terms;
  }

  bool is_carried_rounded(const Entry& of) const {
    if (of.formula.kind() != Symbol::Kind::leaf) return false;
    const NodeId id = graph_.node_of(of.formula.stands_for());
    return of.formula.stands_for().kind == Quantity::adjoint
               ? record_->rounded_adjoints.contains(id)
               : record_->rounded_values.contains(id);
  }

  const PageContext& context_;
  const Rules& rules_;
  const Graph& graph_;
  const StepRecord* record_;
  StepNumbers numbers_;
  EntryTerms terms_;
  std::vector<Entry> next_;  // factors of the level that is being written
  std::vector<Entry> seen_;
};

}  // namespace

void explain_entry(const PageContext& context, const StepRecord* record, const std::string& name,
                   std::pair<int, int> entry, DerivationStep& page) {
  const Rules& rules = context.rules.denominator();  // an entry has one layout
  Explained(context, rules, record).write_to(name, rules.graph().find(name), entry, page);
}

}  // namespace tracer
