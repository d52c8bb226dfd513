// Is this the gradient of that function? For anybody's C++ code: give the function, its gradient
// and a point, in Catch2 or GoogleTest on one line:
//
//   CHECK(tracer::check_gradient(f, df, x));          // Catch2
//   EXPECT_TRUE(tracer::check_gradient(f, df, x));    // GoogleTest
//
// f takes a vector of doubles and returns a double. df takes the same and returns the gradient, or
// takes a std::span<double> (or a vector like x) besides and fills it. x is an Eigen vector, array
// or matrix (whose entries count column by column), a std::vector, a std::array or a span. Both may
// be printed with <<: what is wrong comes with both values.
//
// The reference is a central difference with Ridders' table: smaller and smaller steps,
// extrapolated to h = 0, and how much the last extrapolations differ is the estimate of what is
// left. Nothing that is below the estimate is called an error, so there is no tolerance to choose.
// (Ridders 1982, Advances in Engineering Software 4, 75–76; Press et al. 2007, §5.7.)
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace tracer {

struct GradientCheckOptions {
  std::size_t entries = 0;  ///< how many are compared, drawn at random; 0: all
  unsigned seed = 0;        ///< which, where not all
  double least = 0;         ///< the smallest difference that counts, besides the estimate
  double unit = 0x1p-53;    ///< the roundoff of the arithmetic of f and of the gradient: of float32
                            ///< 2⁻²⁴
};

/// One entry: what was claimed, and what the differences say.
struct GradientEntry {
  enum class Outcome {
    right,
    wrong,
    kink,        ///< the slopes from the left and from the right differ, and yours is between them
    not_finite,  ///< yours is NaN or infinite, or f is at x
    unknown      ///< f is too rough here: the estimate is as large as the value
  };
  std::size_t entry = 0;  ///< from 0
  double yours = 0;
  double numeric = 0;     ///< on a kink: the mean of both sides
  double difference = 0;  ///< |yours − numeric|; on a kink: how far yours is outside of both slopes
  double estimate = 0;    ///< of the error of `numeric`
  double left = 0;        ///< slopes of the two sides, where they differ
  double right = 0;
  bool on_kink = false;
  Outcome outcome = Outcome::right;
};

class GradientCheck {
 public:
  GradientCheck(std::size_t size, std::vector<GradientEntry> entries)
      : size_(size), entries_(std::move(entries)) {}

  /// Every entry that was compared is right, or lies between the slopes of a kink.
  bool passed() const;
  explicit operator bool() const { return passed(); }
  const std::vector<GradientEntry>& entries() const { return entries_; }
  std::size_t size() const { return size_; }  ///< of the gradient: entries() may be a sample

  /// The entries as a table, wrong ones first (at most 20), and a sentence that sums up.
  std::string table() const;
  friend std::ostream& operator<<(std::ostream&, const GradientCheck&);

 private:
  std::size_t size_;
  std::vector<GradientEntry> entries_;
};

/// The same over plain numbers: `gradient` is what is checked. Throws ShapeError where it has not
/// as many entries as the point.
GradientCheck check_gradient_of(const std::function<double(std::span<const double>)>& f,
                                std::span<const double> gradient, std::span<const double> at,
                                const GradientCheckOptions& = {});

namespace detail {

/// What f is called with: what x is, but for a span, whose numbers must be copied to be moved.
template <class X>
struct Point {
  X x;
  explicit Point(const X& at) : x(at) {}
  const X& moved(std::span<const double> to) {
    std::ranges::copy(to, x.data());
    return x;
  }
};
template <class T, std::size_t n>
struct Point<std::span<T, n>> {
  std::vector<double> numbers;
  explicit Point(std::span<T, n> at) : numbers(at.begin(), at.end()) {}
  std::span<const double> moved(std::span<const double> to) {
    std::ranges::copy(to, numbers.begin());
    return numbers;
  }
};

template <class DF, class X>
std::vector<double> gradient_from(DF&& df, const X& x, std::size_t size) {
  if constexpr (std::is_invocable_v<DF, const X&>) {
    static_assert(!std::is_void_v<std::invoke_result_t<DF, const X&>>,
                  "df(x) must return the gradient; one that fills it takes it as its second "
                  "argument: df(x, g)");
    // evaluated: an Eigen expression may be asked for its entries only once it is a matrix
    const auto made = [&] {
      if constexpr (requires { df(x).eval(); }) {
        return df(x).eval();
      } else {
        return df(x);
      }
    }();
    const auto count = static_cast<std::size_t>(made.size());
    return {made.data(), made.data() + count};
  } else if constexpr (std::is_invocable_v<DF, const X&, std::span<double>>) {
    std::vector<double> made(size);
    df(x, std::span<double>(made));
    return made;
  } else {
    X made = x;
    df(x, made);
    const auto count = static_cast<std::size_t>(made.size());
    return {made.data(), made.data() + count};
  }
}

}  // namespace detail

/// Compares df(at) with differences of f. Throws ShapeError where df gives another number of
/// entries than `at` has, and whatever f and df throw.
template <class F, class DF, class X>
GradientCheck check_gradient(F&& f, DF&& df, const X& at,
                             const GradientCheckOptions& options = {}) {
  // a copy of an Eigen::Map or of a block would move the caller's own numbers
  if constexpr (requires { typename X::PlainObject; }) {
    if constexpr (!std::is_same_v<X, typename X::PlainObject>) {
      const typename X::PlainObject numbers = at;
      return check_gradient(std::forward<F>(f), std::forward<DF>(df), numbers, options);
    }
  }
  const auto size = static_cast<std::size_t>(at.size());
  const std::span<const double> numbers(at.data(), size);
  detail::Point<X> point(at);
  const std::vector<double> gradient =
      detail::gradient_from(std::forward<DF>(df), point.moved(numbers), size);
  return check_gradient_of(
      [&](std::span<const double> x) { return static_cast<double>(f(point.moved(x))); }, gradient,
      numbers, options);
}

}  // namespace tracer
