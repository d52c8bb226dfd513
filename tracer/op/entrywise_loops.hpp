// One loop applies every rule entry by entry (entrywise.hpp), forwards and backwards, over each
// scalar; over float and double it is compiled for each kind of processor and runs on all threads.
// Next: kernels.hpp, which makes the kernels of it.
#pragma once

#include <array>
#include <concepts>
#include <utility>

#include "tracer/number/clones.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/op/entrywise.hpp"
#include "tracer/op/kernel.hpp"

namespace tracer::op {

/// Places value where it belongs, or adds it to what is there.
template <class S>
void put(S& place, const S& value, bool add) {
  if (add) {
    place += value;
  } else {
    place = value;
  }
}

namespace loops {

using Index = std::ptrdiff_t;

/// Some numbers of an application, taken along by value: a reference might, for all that a
/// compiler knows, be to what the loop writes.
template <class S>
struct Constants {
  std::array<S, 2> numbers{};
  const S& operator[](std::size_t i) const { return numbers[i]; }
};

// Nothing overlaps what is written.

template <class Op, class W, class S, class... Xs>
void forward(W with, Index n, S* __restrict y, const Xs*... x) {
  for (Index i = 0; i < n; ++i) y[i] = value<Op>(with, x[i]...);
}

template <class Op, int of, class W, class S, class... Xs>
void pullback(W with, Index n, bool add, S* __restrict x_bar, const S* y_bar, const S* y,
              const Xs*... x) {
  for (Index i = 0; i < n; ++i) {
    put<S>(x_bar[i], adjoint<Op, of>(with, y_bar[i], y[i], x[i]...), add);
  }
}

template <class Op, class S, class... Xs>
void corner(const With<S>& with, Index n, S* c, const Xs*... x) {
  for (Index i = 0; i < n; ++i) {
    c[i] =
        call_with([](const auto&... a) -> decltype(Op::corner(a...)) { return Op::corner(a...); },
                  with, x[i]...);
  }
}

template <class S, auto loop>
void run(const auto&... arguments) {
  if constexpr (std::floating_point<S>) {
    on_this_processor<loop>(arguments...);
  } else {
    loop(arguments...);
  }
}

/// Calls work(begin, end, numbers) for parts of n entries, each a thread's share: some 5 µs of
/// arithmetic, or of `dear` functions.
template <class S>
void in_shares(const With<S>& with, Index n, bool dear, auto&& work) {
  if constexpr (std::floating_point<S>) {
    Constants<S> numbers;
    for (std::size_t i = 0; i < std::min(with.numbers.size(), numbers.numbers.size()); ++i)
      numbers.numbers[i] = with.numbers[i];
    in_parts(n, dear ? 4096 : 16384, [&](Index begin, Index end) { work(begin, end, numbers); });
  } else {
    work(Index{0}, n, with);
  }
}

}  // namespace loops

/// The kernel of an operation entry by entry.
template <class Op, class S, class Operands = std::make_index_sequence<arity<Op>>>
struct EntrywiseKernel;

template <class Op, class S, std::size_t... I>
struct EntrywiseKernel<Op, S, std::index_sequence<I...>> {
  template <std::size_t>
  using At = S;
  // of one operand and without a jump: exp, tanh and their like
  static constexpr bool dear = sizeof...(I) == 1 && !requires { Op::slope_name; };

  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    loops::in_shares(with, y.size(), dear, [&](auto begin, auto end, const auto& numbers) {
      using W = std::decay_t<decltype(numbers)>;
      loops::run<S, loops::forward<Op, W, S, At<I>...>>(numbers, end - begin, y.data() + begin,
                                                        (x[I].data() + begin)...);
    });
  }

  template <int of>
  static void pullback_of(const With<S>& with, bool add, View<S> x_bar, ConstView<S> y_bar,
                          ConstView<S> y, std::span<const ConstView<S>> x) {
    loops::in_shares(with, x_bar.size(), false, [&](auto begin, auto end, const auto& numbers) {
      using W = std::decay_t<decltype(numbers)>;
      loops::run<S, loops::pullback<Op, of, W, S, At<I>...>>(
          numbers, end - begin, add, x_bar.data() + begin, y_bar.data() + begin, y.data() + begin,
          (x[I].data() + begin)...);
    });
  }

  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> y, std::span<const ConstView<S>> x) {
    static_cast<void>(((static_cast<int>(I) == operand
                            ? pullback_of<static_cast<int>(I)>(with, !first, x_bar, y_bar, y, x)
                            : void()),
                       ...));
  }

  static void corner(const With<S>& with, View<S> c, std::span<const ConstView<S>> x) {
    loops::corner<Op, S>(with, c.size(), c.data(), x[I].data()...);
  }
};

}  // namespace tracer::op
