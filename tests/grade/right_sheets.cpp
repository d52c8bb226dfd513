#include "tests/grade/right_sheets.hpp"

#include <array>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "tests/language/elaborated.hpp"
#include "tracer/grade/marking.hpp"
#include "tracer/number/random.hpp"

namespace tracer::test {
namespace {

std::string format_of(const char* format, int digits, double x) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, digits, x);
  return text.data();
}

// Numbers as people choose them, of one or two decimals.
class Chooser {
 public:
  explicit Chooser(std::uint64_t seed) : random_(seed, "lesson") {}

  int below(int n) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(n))); }
  std::string number() {
    const int cents = below(400) - 200;
    if (cents == 0) return "0.5";
    return below(3) == 0 ? fmt::format("{:g}", (cents + 200) / 40.0 - 4.5)
                         : fmt::format("{:g}", cents / 100.0);
  }
  std::string list(int entries) {
    std::string text;
    for (int i = 0; i < entries; ++i) text += (i == 0 ? "" : ", ") + number();
    return "[" + text + "]";
  }
  std::string matrix(int rows, int columns) {
    std::string text;
    for (int i = 0; i < rows; ++i) text += (i == 0 ? "" : ", ") + list(columns);
    return "[" + text + "]";
  }
  std::string one_of(std::initializer_list<const char*> words) {
    return *(words.begin() + below(static_cast<int>(words.size())));
  }

 private:
  RandomStream random_;
};

std::string scalar_lesson(Chooser& choose) {
  std::string text;
  std::string lines;
  const int layers = 1 + choose.below(3);
  std::string before = "x";
  std::string unit;
  for (int k = 1; k <= layers; ++k) {
    text +=
        fmt::format("param w{0} = {1}\nparam b{0} = {2}\n", k, choose.number(), choose.number());
    unit = k == layers ? choose.one_of({"sigmoid", "sigmoid", "tanh"})
                       : choose.one_of({"relu", "tanh", "sigmoid", "leaky_relu", "softplus"});
    lines += fmt::format("z{0} = w{0}*{1} + b{0}\na{0} = {2}(z{0})\n", k, before, unit);
    before = fmt::format("a{}", k);
  }
  const bool bce = unit == "sigmoid" && choose.below(2) == 0;
  text += fmt::format("data x, y in ({}, {}), ({}, {})\n", choose.number(),
                      bce ? "1" : choose.number(), choose.number(), bce ? "0" : choose.number());
  return text + lines +
         (bce ? fmt::format("L = bce({}, y)\n", before)
              : fmt::format("L = 1/2*({} - y)**2\n", before));
}

std::string matrix_lesson(Chooser& choose) {
  const int in = 2 + choose.below(2);
  const int hidden = 2;
  std::string text = fmt::format(
      "param W1 = {}\nparam b1 = {}\nparam W2 = {}\ndata X, Y in ({}, [1, 0]), ({}, [0, 1])\n"
      "Z1 = W1 @ X + b1\nA1 = {}(Z1)\nZ2 = W2 @ A1\n",
      choose.matrix(hidden, in), choose.matrix(hidden, 1), choose.matrix(2, hidden),
      choose.list(in), choose.list(in), choose.one_of({"relu", "tanh", "sigmoid", "leaky_relu"}));
  return text + choose.one_of({"P = softmax(Z2)\nL = cross_entropy(P, Y)\n",
                               "L = half_mse(Z2, Y)\n", "P = sigmoid(Z2)\nL = mse(P, Y)\n"});
}

}  // namespace

std::vector<Printing> printings(std::uint64_t seed) {
  std::vector<Printing> all;
  for (const int digits : {2, 3, 4, 6}) {
    all.push_back(
        {fmt::format("%.{}g", digits), [=](double x) { return format_of("%.*g", digits, x); }});
    all.push_back(
        {fmt::format("%.{}f", digits), [=](double x) { return format_of("%.*f", digits, x); }});
  }
  const auto random = std::make_shared<RandomStream>(seed, "noise");
  const auto noisy = [random](double x, double unit) {
    return x * (1 + unit * (static_cast<double>(random->below(5)) - 2));
  };
  all.push_back({"float64", [=](double x) { return format_of("%.*g", 17, noisy(x, 0x1p-53)); }});
  all.push_back({"float32", [=](double x) {
                   return format_of("%.*g", 9, static_cast<float>(noisy(x, 0x1p-24)));
                 }});
  return all;
}

std::string right_sheet(LessonPages& lesson, int steps,
                        const std::function<std::string(double)>& print) {
  std::string text;
  for (int step = 1; step <= steps; ++step) {
    lesson.reach(step);
    text += "step " + std::to_string(step) + ":\n";
    for (const PageLine& line : lesson.lines(step)) {
      const Array<Exact>& value = *lesson.pages().find(line);
      std::string numbers;
      for (Eigen::Index i = 0; i < value.rows(); ++i) {
        numbers += i == 0 ? "[" : ", [";
        for (Eigen::Index j = 0; j < value.cols(); ++j)
          numbers += (j == 0 ? "" : ", ") + print(value(i, j).to_double());
        numbers += "]";
      }
      if (value.size() == 1) numbers = print(value(0, 0).to_double());
      text +=
          lesson.label(line) + " = " + (value.size() == 1 ? numbers : "[" + numbers + "]") + "\n";
    }
  }
  return text;
}

std::string random_lesson(std::uint64_t seed) {
  Chooser choose(seed);
  const std::string lines = choose.below(2) == 0 ? scalar_lesson(choose) : matrix_lesson(choose);
  return lines + fmt::format("train L with {}, batch_size=1, epochs=1\n",
                             choose.one_of({"sgd(lr=0.1)", "sgd(lr=0.5)", "sgd(lr=0.01)",
                                            "sgd(lr=0.1, momentum=0.9)"}));
}

std::vector<SheetCount> mark_right_sheets(const SheetOptions& options) {
  const std::vector<Printing> all = printings(options.seed);
  std::vector<SheetCount> counts(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) counts[i].printing = all[i].name;
  for (int k = 0; k < options.sheets; ++k) {
    const std::size_t at = static_cast<std::size_t>(k) % all.size();
    const std::string text =
        random_lesson(mixed(options.seed) + static_cast<std::uint64_t>(k) / all.size());
    const Program program = lesson(text);
    LessonPages pages(program, Working{256, 4096});
    const std::string sheet = right_sheet(pages, std::min(2, pages.steps_asked()), all[at].print);
    const Marking marking =
        mark(pages, read_sheet(read_answers(Source("sheet", sheet)), pages, {}), {}, Scheme());
    SheetCount& count = counts[at];
    ++count.sheets;
    for (const MarkedStep& step : marking.steps) count.lines += static_cast<int>(step.lines.size());
    count.wrong += marking.wrong();
    count.careless += marking.careless();
    count.unread += static_cast<int>(marking.unread.size());
    if (options.verbose && (marking.wrong() + marking.careless() > 0 || !marking.unread.empty()))
      fmt::print("---- {}\n{}{}", all[at].name, text, sheet);
  }
  return counts;
}

std::string table_of(const std::vector<SheetCount>& counts) {
  SheetCount sum{.printing = "all"};
  const auto row = [](const SheetCount& count) {
    return fmt::format("{:<10} {:>6} {:>7} {:>6} {:>9} {:>7}\n", count.printing, count.sheets,
                       count.lines, count.wrong, count.careless, count.unread);
  };
  std::string text = fmt::format("{:<10} {:>6} {:>7} {:>6} {:>9} {:>7}\n", "right", "sheets",
                                 "lines", "wrong", "careless", "unread");
  for (const SheetCount& count : counts) {
    text += row(count);
    sum.sheets += count.sheets;
    sum.lines += count.lines;
    sum.wrong += count.wrong;
    sum.careless += count.careless;
    sum.unread += count.unread;
  }
  return text + row(sum);
}

}  // namespace tracer::test
