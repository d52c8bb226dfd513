// The two pages that a rule's working is written on. One over symbols records each line; one over
// numbers computes it, into storage that the optimizer's state has, and hands back a view of it.
// See rule.hpp for what a page offers.
#pragma once

#include <array>
#include <cassert>
#include <cstdlib>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tracer/op/power.hpp"
#include "tracer/op/sqrt.hpp"
#include "tracer/optimize/optimizer.hpp"

namespace tracer {

/// Over symbols. N settings, F flags.
template <std::size_t N, std::size_t F>
class SymbolPage {
 public:
  Symbol w;
  Symbol g;
  Symbol t;
  bool first = true;
  std::array<Symbol, N> numbers;
  std::array<bool, F> flags{};

  std::vector<Optimizer::Line> lines;
  std::map<std::string, Symbol> initial;  ///< of the states that do not start at 0

  bool is_on(const Symbol& number) const { return !number.is_number(0); }

  Symbol old(const std::string& state) const {
    assert(!is_kept(state) && "the new value is there: over numbers the old one is gone");
    return Symbol::leaf({Quantity::before, state}, w.shape());
  }
  Symbol old(const std::string& state, const Symbol& at_first) {
    initial.insert_or_assign(state, at_first);
    return old(state);
  }
  Symbol keep(const std::string& state, const Symbol& formula) {
    return write(state, formula, true);
  }
  Symbol line(const std::string& name, const Symbol& formula) {
    return write(name, formula, false);
  }
  void update(const Symbol& formula) {
    lines.push_back({"",
                     Symbol::leaf({Quantity::after, w.stands_for().name}, w.display(), w.shape()),
                     formula, true});
  }

 private:
  Symbol write(const std::string& name, const Symbol& formula, bool kept) {
    lines.push_back({name, Symbol::leaf({Quantity::after, name}, w.shape()), formula, kept});
    return lines.back().symbol;
  }
  bool is_kept(const std::string& state) const {
    for (const Optimizer::Line& line : lines) {
      if (line.kept && line.name == state) return true;
    }
    return false;
  }
};

/// Over numbers: the part of one step that concerns one block of the parameter, from entry `offset`
/// on.
template <class S, std::size_t N, std::size_t F>
class NumberPage {
 public:
  ConstView<S> w;
  ConstView<S> g;
  Coefficient<S> t;
  bool first;
  std::array<Coefficient<S>, N> numbers;
  std::array<bool, F> flags;

  NumberPage(View<S> w_block, ConstView<S> g_block, std::array<Coefficient<S>, N> settings,
             std::array<bool, F> flags_on, const Optimizer::StepOptions<S>& options,
             Optimizer::State<S>& state, Eigen::Index offset)
      : w(w_block.data(), w_block.rows(), w_block.cols()),
        g(g_block),
        t(options.step),
        first(options.step == 1),
        numbers(std::move(settings)),
        flags(flags_on),
        parameter_(w_block),
        options_(options),
        state_(state),
        offset_(offset) {}

  bool is_on(const Coefficient<S>& number) const { return number.value() != 0; }

  ConstView<S> old(std::string_view name) const { return read(kept(name).values.data() + offset_); }
  ConstView<S> old(std::string_view name, const Coefficient<S>& /*at_first*/) const {
    return old(name);
  }
  /// Entry by entry, so a formula may read what it overwrites.
  ConstView<S> keep(std::string_view name, const auto& formula) {
    ++line_;
    return write(kept(name).values.data() + offset_, formula);
  }
  ConstView<S> line(std::string_view /*name*/, const auto& formula) {
    if constexpr (std::is_floating_point_v<S>) {
      // one thread, one block at a time: this thread's room is enough for a line
      thread_local std::vector<std::vector<S>> rooms;
      if (rooms.size() <= line_) rooms.resize(line_ + 1);
      std::vector<S>& room = rooms[line_++];
      if (room.size() < static_cast<std::size_t>(w.size()))
        room.resize(static_cast<std::size_t>(w.size()));
      return write(room.data(), formula);
    } else {
      return write(state_.lines_[line_++].data(), formula);
    }
  }
  void update(const auto& formula) { write(parameter_.data(), formula); }

 private:
  ConstView<S> read(const S* entries) const { return {entries, w.rows(), w.cols()}; }

  ConstView<S> write(S* entries, const auto& formula) {
    View<S> target(entries, w.rows(), w.cols());
    target = formula;
    if (options_.on_line) options_.on_line(target);
    return read(entries);
  }

  typename Optimizer::State<S>::Kept& kept(std::string_view name) const {
    // at most three: a loop is the fastest look-up there is
    for (auto& state : state_.kept_) {
      if (state.name == name) return state;
    }
    assert(false && "a state that the lines over symbols do not keep");
    std::abort();
  }

  View<S> parameter_;
  const Optimizer::StepOptions<S>& options_;
  Optimizer::State<S>& state_;
  Eigen::Index offset_;
  std::size_t line_ = 0;
};

}  // namespace tracer
