#include "tracer/graph/tape.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include <fmt/format.h>

#include "tracer/graph/composite.hpp"
#include "tracer/number/uncertain.hpp"

namespace tracer {
namespace {

template <class S>
S number_from(const Exact& number, Working working) {
  if constexpr (std::is_floating_point_v<S>) {
    static_cast<void>(working);
    return static_cast<S>(number.to_double());
  } else if constexpr (std::is_same_v<S, Uncertain>) {
    return known(number);
  } else {
    return number.with(working);
  }
}

// The precision is the run's: a leaf that was set without any wish, or a rule's literal (relu's 0),
// gets the run's here, or a function of it would be computed with the default's bits, however many
// the run asks for.
template <class S>
void ask_for(const Working& working, View<S> values) {
  if constexpr (std::is_same_v<S, Exact>) {
    for (Exact& value : values.reshaped()) {
      const Working wished = larger(value.working(), working);
      if (!(value.working() == wished)) value = value.with(wished);
    }
  }
}

}  // namespace

// Floats begin at a line of the cache, which is a vector's width too: one that lies across two lines
// is read twice. In entries.
template <class S>
constexpr std::size_t line() {
  return std::is_floating_point_v<S> ? 64 / sizeof(S) : 1;
}
template <class S>
std::size_t whole_lines(std::size_t entries) {
  return (entries + line<S>() - 1) / line<S>() * line<S>();
}
template <class S>
S* first_line(std::vector<S>& room) {
  const auto address = reinterpret_cast<std::uintptr_t>(room.data()) / sizeof(S);
  return room.data() + (whole_lines<S>(address) - address);
}

template <class S>
struct Tape<S>::Slot {
  const S* value = nullptr;  // rows × columns, column by column
  S* own = nullptr;          // the tape's own place for it, which a bound leaf does not read
  S* adjoint = nullptr;      // rows × columns; null: not wanted
  int rows = 1;
  int columns = 1;
  bool constant = false;  // depends on constants only: computed once
  bool reached = false;   // its adjoint has a first contribution
  const Kernel<S>* kernel = nullptr;
  std::vector<S> numbers;                   // the attributes' numbers over S
  const SparseMatrix<S>* sparse = nullptr;  // of the operand that is mostly 0, where there is one
  std::vector<ConstView<S>>
      operands;  // views of the operands' values, renewed when a leaf is bound elsewhere
  std::unique_ptr<Formula> formula;  // of a composite operation
};

template <class S>
Tape<S>::Tape(const Graph& graph, std::span<const NodeId> wrt, Working working)
    : graph_(graph), working_(working) {
  lay_out(wrt);
  build_formulas(0);
}

template <class S>
void Tape<S>::grow() {
  const std::size_t first = slots_.size();
  lay_out({});
  build_formulas(first);
}

template <class S>
void Tape<S>::compute_grown() {
  for (; computed_ < graph_.size(); ++computed_) compute(computed_);
  constants_done_ = computed_;
}

template <class S>
NodeId Tape<S>::size() const {
  return static_cast<NodeId>(slots_.size());
}

template <class S>
void Tape<S>::shrink(NodeId size) {
  if (size >= this->size()) return;
  slots_.resize(static_cast<std::size_t>(size));
  while (!pieces_.empty() && pieces_.back().first >= size) pieces_.pop_back();
  computed_ = std::min(computed_, size);
  constants_done_ = std::min(constants_done_, size);
}

// Every value of a node that has no place yet, and every adjoint that is wanted, gets its place:
// one piece of storage for each of the two
template <class S>
void Tape<S>::lay_out(std::span<const NodeId> wrt) {
  const auto count = static_cast<std::size_t>(graph_.size());
  const std::size_t first = slots_.size();
  slots_.resize(count);
  std::vector<bool> wanted(count, false);
  for (const NodeId id : wrt) wanted[static_cast<std::size_t>(id)] = true;

  std::size_t values = 0;
  std::size_t adjoints = 0;
  for (std::size_t i = first; i < count; ++i) {
    const Node& node = graph_[static_cast<NodeId>(i)];
    if (!node.shape.known()) {
      throw ShapeError(fmt::format("{} is {}: its size is not a number, so it can't be computed",
                                   node.is_named() ? node.name : "a value", to_string(node.shape)));
    }
    Slot& slot = slots_[i];
    slot.rows = node.shape.rows.count;
    slot.columns = node.shape.columns.count;
    slot.constant = node.leaf == LeafKind::constant;
    if (!node.is_leaf()) {
      slot.kernel = &kernel_of<S>(*node.operation);
      slot.constant = true;
      for (const NodeId operand : node.operands) {
        slot.constant = slot.constant && slots_[static_cast<std::size_t>(operand)].constant;
        if (wanted[static_cast<std::size_t>(operand)]) wanted[i] = true;
      }
      for (const Rational& number : node.with.numbers)
        slot.numbers.push_back(number_from<S>(Exact(number), working_));
    }
    const std::size_t entries = whole_lines<S>(static_cast<std::size_t>(node.shape.count()));
    values += entries;
    if (wanted[i]) adjoints += entries;
  }

  pieces_.push_back({static_cast<NodeId>(first), std::vector<S>(values + line<S>() - 1)});
  if (adjoints > 0) adjoints_.resize(adjoints + line<S>() - 1);
  S* next_value = first_line(pieces_.back().values);
  S* next_adjoint = first_line(adjoints_);
  for (std::size_t i = first; i < count; ++i) {
    Slot& slot = slots_[i];
    const Node& node = graph_[static_cast<NodeId>(i)];
    const auto entries =
        static_cast<std::ptrdiff_t>(whole_lines<S>(static_cast<std::size_t>(node.shape.count())));
    slot.value = slot.own = next_value;
    next_value += entries;
    if (wanted[i]) {
      slot.adjoint = next_adjoint;
      next_adjoint += entries;
    }
    if (node.constant) {
      for (int c = 0; c < slot.columns; ++c) {
        for (int r = 0; r < slot.rows; ++r) {
          slot.own[r + static_cast<std::ptrdiff_t>(c) * slot.rows] =
              number_from<S>((*node.constant)(r, c), working_);
        }
      }
    }
  }
}

// Views of the operands, and a small graph for each operation that has no kernel
template <class S>
void Tape<S>::build_formulas(std::size_t first) {
  for (std::size_t i = first; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    const Node& node = graph_[static_cast<NodeId>(i)];
    if (node.is_leaf()) continue;
    std::vector<Shape> shapes;
    std::vector<bool> operands_wanted;
    for (const NodeId operand : node.operands) {
      const Slot& from = slots_[static_cast<std::size_t>(operand)];
      shapes.push_back(graph_[operand].shape);
      operands_wanted.push_back(from.adjoint != nullptr);
      slot.operands.emplace_back(from.value, from.rows, from.columns);
    }
    const bool forward_formula = slot.kernel->forward == nullptr;
    const bool pullback_formula = slot.kernel->pullback == nullptr && slot.adjoint != nullptr;
    if (!forward_formula && !pullback_formula) continue;
    slot.formula = std::make_unique<Formula>();
    Formula& formula = *slot.formula;
    if (forward_formula) formula.build_forward(node, shapes, working_);
    if (pullback_formula) formula.build_pullback(node, shapes, operands_wanted, working_);
    for (std::size_t o = 0; o < node.operands.size(); ++o) {
      const S* value = slots_[static_cast<std::size_t>(node.operands[o])].value;
      if (forward_formula) formula.forward->bind(formula.operands[o], value);
      if (pullback_formula) formula.pullback->bind(formula.x[o], value);
    }
    if (pullback_formula) {
      formula.pullback->bind(formula.y, slot.value);
      formula.pullback->bind(formula.y_bar, slot.adjoint);
    }
  }
}

template <class S>
Tape<S>::~Tape() = default;
template <class S>
Tape<S>::Tape(Tape&&) noexcept = default;

template <class S>
View<S> Tape<S>::own_value(const Slot& slot) {
  return View<S>(slot.own, slot.rows, slot.columns);
}

template <class S>
View<S> Tape<S>::adjoint(const Slot& slot) {
  return View<S>(slot.adjoint, slot.rows, slot.columns);
}

template <class S>
View<S> Tape<S>::own_value(NodeId id) {
  const Slot& slot = slots_[static_cast<std::size_t>(id)];
  if (slot.value != slot.own)
    throw std::logic_error(
        fmt::format("{} is bound elsewhere and can't be written on the tape", graph_[id].name));
  return own_value(slot);
}

template <class S>
ConstView<S> Tape<S>::value(NodeId id) const {
  const Slot& slot = slots_[static_cast<std::size_t>(id)];
  return ConstView<S>(slot.value, slot.rows, slot.columns);
}

template <class S>
bool Tape<S>::skips_zeros(NodeId leaf) const {
  bool is_read = false;
  for (NodeId user = leaf + 1; user < graph_.size(); ++user) {
    const Node& node = graph_[user];
    for (std::size_t o = 0; o < node.operands.size(); ++o) {
      if (node.operands[o] != leaf) continue;
      is_read = true;
      if (slots_[static_cast<std::size_t>(user)].kernel->sparse_operand != static_cast<int>(o))
        return false;
    }
  }
  return is_read && !wants(leaf);
}

template <class S>
void Tape<S>::bind(NodeId leaf, const S* values, const SparseMatrix<S>* nonzeros) {
  Slot& moved = slots_[static_cast<std::size_t>(leaf)];
  moved.value = values;
  for (NodeId user = leaf + 1; user < graph_.size(); ++user) {
    const Node& node = graph_[user];
    Slot& slot = slots_[static_cast<std::size_t>(user)];
    for (std::size_t o = 0; o < node.operands.size(); ++o) {
      if (node.operands[o] != leaf) continue;
      // an Eigen::Map is moved to other data by making it anew in place
      new (&slot.operands[o]) ConstView<S>(values, moved.rows, moved.columns);
      if (slot.kernel->sparse_operand == static_cast<int>(o)) slot.sparse = nonzeros;
      if (slot.formula && slot.formula->forward)
        slot.formula->forward->bind(slot.formula->operands[o], values);
      if (slot.formula && slot.formula->pullback)
        slot.formula->pullback->bind(slot.formula->x[o], values);
    }
  }
}

template <class S>
void Tape<S>::run_forward(NodeId id) {
  Slot& slot = slots_[static_cast<std::size_t>(id)];
  if (slot.kernel->forward != nullptr) {
    const With<S> with{graph_[id].with, slot.numbers};
    if (slot.sparse != nullptr)
      return slot.kernel->sparse_forward(with, own_value(slot), slot.operands, *slot.sparse);
    slot.kernel->forward(with, own_value(slot), slot.operands);
  } else {
    slot.formula->forward->forward();
    own_value(slot) = slot.formula->forward->value(slot.formula->result);
  }
}

template <class S>
void Tape<S>::no_value(NodeId id, const std::string& why) {
  if (!on_no_value) throw NodeError(id, why, false);
  own_value(slots_[static_cast<std::size_t>(id)]).setConstant(S(0));
  on_no_value(id, why);
}

// What the node's operands get from it is not known; a pullback may have stopped halfway.
template <class S>
void Tape<S>::no_adjoints(NodeId id, const std::string& why) {
  if (!on_no_adjoint) throw NodeError(id, why, true);
  for (const NodeId operand : graph_[id].operands) {
    Slot& slot = slots_[static_cast<std::size_t>(operand)];
    if (slot.adjoint == nullptr) continue;
    slot.reached = true;
    adjoint(slot).setConstant(S(0));
    on_no_adjoint(operand, why);
  }
}

// a value, complete: computed unless it is a leaf's, and what is to be done with it done
template <class S>
void Tape<S>::compute(NodeId id) {
  Slot& slot = slots_[static_cast<std::size_t>(id)];
  if (slot.kernel != nullptr && !(slot.constant && id < constants_done_)) {
    try {
      run_forward(id);
    } catch (const DomainError& error) {
      no_value(id, error.what());
    } catch (const NodeError& error) {  // from within a formula: the place is this node
      no_value(id, error.what());
    } catch (const Undecided& undecided) {
      throw NodeUndecided(id, undecided.what());
    }
  }
  if (slot.value != slot.own) return;
  if (on_value) on_value(id, own_value(slot));
  ask_for<S>(working_, own_value(slot));
}

template <class S>
void Tape<S>::forward() {
  for (NodeId id = 0; id < graph_.size(); ++id) compute(id);
  computed_ = constants_done_ = graph_.size();
}

template <class S>
void Tape<S>::forward(std::span<const NodeId> nodes) {
  for (const NodeId id : nodes) compute(id);
}

template <class S>
void Tape<S>::run_backward(NodeId id) {
  Slot& slot = slots_[static_cast<std::size_t>(id)];
  const Node& node = graph_[id];
  const bool by_formula = slot.kernel->pullback == nullptr;
  if (by_formula) {
    ask_for<S>(working_, adjoint(slot));
    slot.formula->pullback->forward();
  }
  const With<S> with{node.with, slot.numbers};
  for (std::size_t o = 0; o < node.operands.size(); ++o) {
    Slot& operand = slots_[static_cast<std::size_t>(node.operands[o])];
    if (operand.adjoint == nullptr) continue;
    const bool first = !operand.reached;
    operand.reached = true;
    View<S> x_bar = adjoint(operand);
    if (slot.sparse != nullptr) {
      slot.kernel->sparse_pullback(with, static_cast<int>(o), first, x_bar,
                                   ConstView<S>(slot.adjoint, slot.rows, slot.columns),
                                   slot.operands, *slot.sparse);
    } else if (!by_formula) {
      slot.kernel->pullback(with, static_cast<int>(o), first, x_bar,
                            ConstView<S>(slot.adjoint, slot.rows, slot.columns),
                            ConstView<S>(slot.value, slot.rows, slot.columns), slot.operands);
    } else {
      const auto bar = slot.formula->pullback->value(slot.formula->bars[o]);
      // a formula of scalars only, as 2·0.5, stands for every entry
      const bool spread = bar.size() == 1 && x_bar.size() != 1;
      if (first) x_bar.setConstant(S(0));
      if (spread) {
        x_bar += bar(0, 0);
      } else {
        x_bar += bar;
      }
    }
  }
}

template <class S>
void Tape<S>::backward(NodeId result) {
  Slot& last = slots_[static_cast<std::size_t>(result)];
  if (last.adjoint != nullptr) adjoint(last).setConstant(S(1));
  run_backward_from(result);
}

template <class S>
void Tape<S>::backward(NodeId result, const Array<S>& seed) {
  Slot& last = slots_[static_cast<std::size_t>(result)];
  if (last.adjoint != nullptr) adjoint(last) = seed;
  run_backward_from(result);
}

// from a result whose adjoint is in place
template <class S>
void Tape<S>::run_backward_from(NodeId result) {
  for (Slot& slot : slots_) slot.reached = false;
  Slot& last = slots_[static_cast<std::size_t>(result)];
  if (last.adjoint == nullptr) return;  // the result depends on nothing that is wanted
  ask_for<S>(working_, adjoint(last));
  last.reached = true;
  for (NodeId id = result; id >= 0; --id) {
    Slot& slot = slots_[static_cast<std::size_t>(id)];
    if (!slot.reached) continue;
    if (on_adjoint) on_adjoint(id, adjoint(slot));
    if (slot.kernel == nullptr) continue;
    try {
      run_backward(id);
    } catch (const DomainError& error) {
      no_adjoints(id, error.what());
    } catch (const NodeError& error) {
      no_adjoints(id, error.what());
    } catch (const Undecided& undecided) {
      throw NodeUndecided(id, undecided.what());
    }
  }
}

template <class S>
bool Tape<S>::reached(NodeId id) const {
  return slots_[static_cast<std::size_t>(id)].reached;
}

template <class S>
View<S> Tape<S>::adjoint(NodeId id) {
  return adjoint(slots_[static_cast<std::size_t>(id)]);
}

template <class S>
ConstView<S> Tape<S>::adjoint(NodeId id) const {
  const Slot& slot = slots_[static_cast<std::size_t>(id)];
  return ConstView<S>(slot.adjoint, slot.rows, slot.columns);
}

template <class S>
bool Tape<S>::wants(NodeId id) const {
  return slots_[static_cast<std::size_t>(id)].adjoint != nullptr;
}

template class Tape<float>;
template class Tape<double>;
template class Tape<Exact>;
template class Tape<Uncertain>;

}  // namespace tracer
