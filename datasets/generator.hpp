// What a generator of samples says of itself, and how it is called by name. A generator is a struct
// of options with
//
//   n, seed, stream, shuffle   how many samples, and which random numbers; shuffle may be left out
//   name, about                what it is called, and half a sentence for lists
//   training                   its options for `tracer train --data NAME`: some noise, no more
//   parameters()               its own numbers, a Parameter each
//   complaint()                what is wrong with numbers that are each in range; left out if
//                              nothing can be
//
// and a function that makes the samples of them. The language, the flags of `tracer data make` and
// all lists read this. To add one: its file, and a line in generators.cpp. Next: circles.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.hpp"
#include "tracer/number/random.hpp"

namespace tracer {

/// A number of a generator: where it is kept, with its default; at least `least`, below `below`.
template <class Options, class Number>
struct Parameter {
  std::string_view name;
  Number Options::*member;
  std::string_view meaning = {};  ///< half a sentence; empty: no flag of its own
  std::optional<int> least = {}, below = {};
};
template <class Options, class Number, class... Rest>
Parameter(std::string_view, Number Options::*, Rest...) -> Parameter<Options, Number>;

/// What is wrong with the numbers of a call.
struct WrongCall {
  std::string parameter;  ///< empty: of the whole call
  std::string says, remedy = {};
};

/// Half a sentence that most have in common.
inline constexpr std::string_view noise_meaning =
    "standard deviation of what is added to every coordinate";
/// The most numbers that a set may have: 20 million take a second to draw, and 80 MB.
inline std::optional<WrongCall> too_many(long long numbers, const char* parameter,
                                         const char* remedy) {
  if (numbers <= 20'000'000) return std::nullopt;
  return WrongCall{parameter, "that is more than 20 million numbers", remedy};
}

/// A call, as data: circles(300, factor=0.4) has the numbers n and factor.
struct GeneratorCall {
  std::map<std::string, double, std::less<>> numbers = {};  ///< what is left out has its default
  bool shuffle = true;
  std::uint64_t seed = 0;
  /// "test", "validation": other points, drawn from the same; empty: those to train on.
  std::string part = {};
};

struct Generator {
  struct Number {
    std::string_view name, meaning;
    bool whole = false;
    std::optional<int> least, below;
  };

  std::string_view name, about, training;
  std::vector<Number> numbers;  ///< its own, and noise; n is common to all
  std::optional<WrongCall> (*complaint)(const GeneratorCall&);
  Dataset (*make)(const GeneratorCall&);  ///< of numbers in range, of which nothing is complained

  const Number* number(std::string_view called) const;
};

/// In the order of lists.
const std::vector<Generator>& generators();
/// nullptr: there is none of that name.
const Generator* generator(std::string_view name);

/// The samples of a call that is still to be checked. Throws Error: a number that the generator
/// does not have, that is out of range or no whole one; what it complains of.
Dataset make_samples(const Generator&, const GeneratorCall&);

// What the generators of points share: the order of the samples, noise, and targets for classes.

/// A set of n points with no class yet said: fill it with `add`, in any order of classes; each
/// point goes to its place in the shuffled order. `deviation`: of the noise that is drawn for every
/// coordinate.
class LabelledPoints {
 public:
  template <class Options>
  LabelledPoints(const Options& wanted, int features, double deviation)
      : LabelledPoints(features, wanted.n, wanted.shuffle, wanted.seed, wanted.stream, deviation) {}

  void add(const std::vector<double>& point, int label);

  /// 1 × n of 0 and 1 for two classes, one-hot for more; class names "0" ... "k−1".
  Dataset dataset(std::string_view name, int classes) &&;

 private:
  LabelledPoints(int features, int n, bool shuffle, std::uint64_t seed, const std::string& stream,
                 double deviation);

  Array<float> features_;
  std::vector<int> labels_;
  std::vector<int> place_;
  std::size_t next_ = 0;
  RandomStream noise_;
  double deviation_;
};

/// How many of n points the k-th of so many groups has: the first ones have one more where they do
/// not divide evenly.
inline int share_of(int k, int groups, int n) { return n / groups + (k < n % groups ? 1 : 0); }

}  // namespace tracer
