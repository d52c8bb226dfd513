// Optimizers over numbers: where a state lives, and the rules run over it. See optimizer.hpp.
#include <algorithm>
#include <array>
#include <cassert>
#include <stdexcept>

#include "tracer/number/threads.hpp"
#include "tracer/optimize/all.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/optimize/page.hpp"

namespace tracer {
namespace {

/// How many entries a rule works on at once. Over float and double as many as stay in the first two
/// levels of cache with all their lines (2048 floats are 8 KB a line), so that a step reads each
/// entry from memory once; over Exact all, because somebody will want to read the lines.
template <class S>
Eigen::Index block_of(Eigen::Index entries) {
  return std::is_floating_point_v<S> ? std::min<Eigen::Index>(entries, 2048) : entries;
}

template <class T, std::size_t N>
std::array<T, N> array_of(const auto& list) {
  std::array<T, N> made{};
  std::ranges::copy(list, made.begin());
  return made;
}

}  // namespace

template <class S>
std::size_t Optimizer::State<S>::place(std::string_view name) const {
  const auto kept = std::ranges::find(kept_, name, &Kept::name);
  if (kept == kept_.end())
    throw std::out_of_range("this optimizer has no state " + std::string(name));
  return static_cast<std::size_t>(kept - kept_.begin());
}

template <class S>
ConstView<S> Optimizer::State<S>::line(std::size_t i) const {
  const std::vector<S>& values =
      lines_.at(i).empty() ? kept_.at(kept_of_line_[i]).values : lines_[i];
  if (static_cast<Eigen::Index>(values.size()) < rows_ * columns_) {
    throw std::out_of_range("only a run over Exact has its lines to show");
  }
  return {values.data(), rows_, columns_};
}

template <class S>
Optimizer::State<S> Optimizer::start(Eigen::Index rows, Eigen::Index columns,
                                     Working working) const {
  State<S> state;
  state.rows_ = rows;
  state.columns_ = columns;
  for (const Rational& number : numbers_) state.numbers_.emplace_back(number, working);
  const Eigen::Index entries = rows * columns;
  for (const Line& line :
       lines(Symbol::leaf("w", scalar_shape), Symbol::leaf("g", scalar_shape), 1)) {
    if (line.name.empty()) continue;
    state.kept_of_line_.push_back(state.kept_.size());
    if (line.kept) {
      const S at_first = Coefficient<S>(initial(line.name), working).scalar();
      state.kept_.push_back(
          {line.name, std::vector<S>(static_cast<std::size_t>(entries), at_first)});
      state.lines_.emplace_back();
    } else {  // over float and double these live for a block at a time: NumberPage::line
      state.lines_.emplace_back(std::is_floating_point_v<S> ? 0
                                                            : static_cast<std::size_t>(entries));
    }
  }
  return state;
}

template <class S>
void Optimizer::step(View<S> w, ConstView<S> gradient, State<S>& state,
                     const StepOptions<S>& options) const {
  assert(w.rows() == state.rows_ && w.cols() == state.columns_);
  assert(gradient.rows() == w.rows() && gradient.cols() == w.cols());
  optimize::with_rule(rule_, [&]<class Rule>() {
    constexpr std::size_t n = Rule::settings.size();
    constexpr std::size_t f = flags_of<Rule>.size();
    auto numbers = array_of<Coefficient<S>, n>(state.numbers_);
    if (options.lr) numbers[0] = Coefficient<S>(*options.lr);
    const auto flags = array_of<bool, f>(flags_);
    const Eigen::Index block = block_of<S>(w.size());
    if (block == w.size()) {
      NumberPage<S, n, f> page(w, gradient, numbers, flags, options, state, 0);
      return Rule::run(page);
    }
    const auto run_blocks = [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (Eigen::Index at = begin * block; at < std::min(end * block, w.size()); at += block) {
        const Eigen::Index size = std::min(block, w.size() - at);
        NumberPage<S, n, f> page(View<S>(w.data() + at, size, 1),
                                 ConstView<S>(gradient.data() + at, size, 1), numbers, flags,
                                 options, state, at);
        Rule::run(page);
      }
    };
    const Eigen::Index blocks = (w.size() + block - 1) / block;
    // a block of plain descent takes a fifth of a microsecond, one of Adam three
    const Eigen::Index blocks_of_a_part = state.kept_.empty() ? 32 : 4;
    if (options.on_line) {
      run_blocks(0, blocks);  // whoever listens hears them in order
    } else {
      in_parts(blocks, blocks_of_a_part, run_blocks);
    }
  });
}

template class Optimizer::State<float>;
template class Optimizer::State<double>;
template class Optimizer::State<Exact>;
template Optimizer::State<float> Optimizer::start<float>(Eigen::Index, Eigen::Index, Working) const;
template Optimizer::State<double> Optimizer::start<double>(Eigen::Index, Eigen::Index,
                                                           Working) const;
template Optimizer::State<Exact> Optimizer::start<Exact>(Eigen::Index, Eigen::Index, Working) const;
template void Optimizer::step<float>(View<float>, ConstView<float>, State<float>&,
                                     const StepOptions<float>&) const;
template void Optimizer::step<double>(View<double>, ConstView<double>, State<double>&,
                                      const StepOptions<double>&) const;
template void Optimizer::step<Exact>(View<Exact>, ConstView<Exact>, State<Exact>&,
                                     const StepOptions<Exact>&) const;

}  // namespace tracer
