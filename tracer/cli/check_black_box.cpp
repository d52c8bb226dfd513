#include "tracer/cli/check_black_box.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tracer/check/check_gradient.hpp"
#include "tracer/claims/array_names.hpp"
#include "tracer/claims/named_arrays.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/claims/program.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/language/gradient_names.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/text/table.hpp"

namespace tracer::cli {
namespace {

struct Parameter {
  std::string name;
  Array<double> values;
  std::vector<double> gradient = {};  ///< as the program has it, in the order of `values`
};

struct Answer {
  double loss = 0;
  std::vector<NamedArray> arrays;
};

Array<double> matrix_of(const NamedArray& array) {
  const auto rows = array.shape.empty() ? 1 : static_cast<Eigen::Index>(array.shape[0]);
  Array<double> made(rows, static_cast<Eigen::Index>(array.values.size()) / rows);
  for (Eigen::Index i = 0; i < made.rows(); ++i) {
    for (Eigen::Index j = 0; j < made.cols(); ++j)
      made(i, j) = static_cast<double>(array.values[static_cast<std::size_t>(i * made.cols() + j)]);
  }
  return made;
}

std::string number(double x) {
  std::string text = fmt::format("{}", x);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

class BlackBox {
 public:
  BlackBox(const ClaimFlags& flags, const ClaimView& view) : flags_(flags), view_(view) {
    for (const NamedArray& array : read_named_arrays(flags.params)) {
      if (array.values.empty()) continue;
      parameters_.push_back({array.name, matrix_of(array)});
    }
    if (!flags.data.empty()) data_ = read_named_arrays(flags.data);
  }

  int run(const std::string& entries) {
    const auto begin = std::chrono::steady_clock::now();
    const Answer here = ask();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    read_gradients(here);
    options_.seed = view_.seed;
    options_.entries = entries_for(entries, took.count());
    std::vector<GradientCheck> checks;
    for (Parameter& parameter : judged_) checks.push_back(compare(parameter, here.loss));
    write(checks);
    return status_of(checks);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("program '{}' {}", flags_.program, what));
  }

  // What it is asked, as of a lesson (claims/point.hpp); it may heed what it wants.
  std::string problem() const {
    const auto object = [](const auto& all, const auto& text_of) {
      std::string text;
      for (const auto& one : all)
        text += (text.empty() ? "" : ", ") + json_quoted(one.name) + ": " + text_of(one);
      return "{" + text + "}";
    };
    std::string wanted = "\"L\"";
    for (const Parameter& parameter : parameters_)
      wanted += ", " + json_quoted("dL/d" + parameter.name);
    return fmt::format(
        "{{\"schema\": 1, \"loss\": \"L\", \"wanted\": [{}],\n \"params\": {},\n \"data\": {}}}\n",
        wanted,
        object(parameters_, [](const Parameter& one) { return matrix_text(one.values, number); }),
        object(data_, [](const NamedArray& one) { return matrix_text(matrix_of(one), number); }));
  }

  Answer ask() const {
    Answer made;
    made.arrays =
        arrays_in_answer(run_program(flags_.program, problem(), flags_.seconds), flags_.program);
    const auto loss = std::ranges::find_if(made.arrays, [](const NamedArray& array) {
      return array.values.size() == 1 && (array.name == "L" || is_loss_word(array.name));
    });
    if (loss == made.arrays.end()) fail("prints no loss; it has to print \"L\", one number");
    made.loss = static_cast<double>(loss->values[0]);
    return made;
  }

  void read_gradients(const Answer& answer) {
    bool single = flags_.precision == "float32";
    for (const std::string& name : view_.wrt) {
      if (std::ranges::find(parameters_, name, &Parameter::name) == parameters_.end())
        throw Error(fmt::format("--wrt {}: there is no such array in {}", name, flags_.params));
    }
    for (const Parameter& parameter : parameters_) {
      if (!view_.wrt.empty() && std::ranges::count(view_.wrt, parameter.name) == 0) continue;
      const auto is_its = [&](const NamedArray& array) {
        return std::ranges::any_of(readings_of(array.name), [&](const NameReading& reading) {
          return reading.of == parameter.name;
        });
      };
      const auto found = std::ranges::find_if(answer.arrays, is_its);
      if (found == answer.arrays.end()) {
        missing_.push_back(parameter.name);
        continue;
      }
      const auto size = static_cast<std::size_t>(parameter.values.size());
      if (found->values.size() != size) {
        fail(fmt::format("prints {} with {} entries; {} has {}", found->name, found->values.size(),
                         parameter.name, size));
      }
      single = single || found->precision.name == "float32";
      // a matrix of columns × rows is the transpose
      Array<double> values = matrix_of(*found);
      if (values.rows() == parameter.values.cols() && values.cols() == parameter.values.rows() &&
          values.rows() != values.cols() && found->shape.size() == 2)
        values = values.transpose().eval();
      else
        values = values.reshaped<Eigen::RowMajor>(parameter.values.rows(), parameter.values.cols())
                     .eval();
      Parameter one = parameter;
      one.gradient.assign(values.data(), values.data() + values.size());
      judged_.push_back(std::move(one));
    }
    if (judged_.empty()) {
      fail(fmt::format("prints no gradient; it has to print dL/d{} and so on",
                       parameters_.front().name));
    }
    if (single) options_.unit = 0x1p-24;
  }

  // As many as take some seconds: one is compared in some thirty runs of the program.
  std::size_t entries_for(const std::string& said, double seconds) const {
    if (said == "all") return 0;
    if (!said.empty()) return static_cast<std::size_t>(std::stoull(said));
    constexpr double in_all = 20;
    constexpr double runs = 35;
    const double possible =
        in_all / (runs * std::max(seconds, 1e-4)) / static_cast<double>(judged_.size());
    return static_cast<std::size_t>(std::clamp(possible, 2.0, 1000.0));
  }

  GradientCheck compare(const Parameter& parameter, double loss) {
    const auto at = std::ranges::find(parameters_, parameter.name, &Parameter::name);
    const Array<double> kept = at->values;
    const auto f = [&](std::span<const double> x) {
      std::ranges::copy(x, at->values.data());
      const double value = (at->values == kept).all() ? loss : ask().loss;
      at->values = kept;
      return value;
    };
    const auto size = static_cast<std::size_t>(kept.size());
    GradientCheckOptions options = options_;
    if (options.entries >= size) options.entries = 0;
    return check_gradient_of(f, parameter.gradient, std::span<const double>(kept.data(), size),
                             options);
  }

  // "W1[0, 2]"
  static std::string place_of(const Parameter& parameter, std::size_t entry) {
    if (parameter.values.size() == 1) return parameter.name;
    const auto rows = static_cast<std::size_t>(parameter.values.rows());
    return fmt::format("{}[{}, {}]", parameter.name, entry % rows, entry / rows);
  }

  static std::string_view word_of(const GradientEntry& entry) {
    using enum GradientEntry::Outcome;
    switch (entry.outcome) {
      case right:
        return "right";
      case wrong:
        return "wrong";
      case kink:
        return "corner";
      case not_finite:
        return "not finite";
      case unknown:
        break;
    }
    return "open";
  }

  // What is not printed can't be told.
  int status_of(const std::vector<GradientCheck>& checks) const {
    using enum GradientEntry::Outcome;
    bool open = false;
    for (const GradientCheck& check : checks) {
      for (const GradientEntry& entry : check.entries()) {
        if (entry.outcome == wrong || entry.outcome == not_finite) return 1;
        open = open || entry.outcome == unknown;
      }
    }
    return open || !missing_.empty() ? 3 : 0;
  }

  void write(const std::vector<GradientCheck>& checks) const {
    if (view_.output.chosen() == "json")
      view_.output.write(json(checks));
    else
      view_.output.write(page(checks));
  }

  std::string json(const std::vector<GradientCheck>& checks) const {
    nlohmann::ordered_json all;
    const int status = status_of(checks);
    all["schema"] = 1;
    all["source"] = flags_.program;
    all["verdict"] = status == 0 ? "right" : status == 1 ? "wrong" : "undecided";
    all["missing"] = missing_;
    all["entries"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < checks.size(); ++i) {
      const auto rows = static_cast<std::size_t>(judged_[i].values.rows());
      for (const GradientEntry& entry : checks[i].entries()) {
        all["entries"].push_back({{"parameter", judged_[i].name},
                                  {"row", entry.entry % rows},
                                  {"column", entry.entry / rows},
                                  {"verdict", word_of(entry)},
                                  {"claimed", entry.yours},
                                  {"difference quotient", entry.numeric},
                                  {"its error", entry.estimate}});
      }
    }
    return json_text(all, 2) + "\n";
  }

  std::string page(const std::vector<GradientCheck>& checks) const {
    using enum GradientEntry::Outcome;
    struct Row {
      const Parameter* parameter;
      const GradientEntry* entry;
    };
    std::vector<Row> rows;
    std::size_t compared = 0, good = 0, all = 0;
    for (std::size_t i = 0; i < checks.size(); ++i) {
      all += checks[i].size();
      for (const GradientEntry& entry : checks[i].entries()) {
        ++compared;
        good += entry.outcome == right || entry.outcome == kink ? 1U : 0U;
        rows.push_back({&judged_[i], &entry});
      }
    }
    // what is wrong first, and of each kind what is farthest off
    std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
      const auto rank = [](const Row& row) {
        return row.entry->outcome == wrong || row.entry->outcome == not_finite ? 0
               : row.entry->outcome == right                                   ? 2
                                                                               : 1;
      };
      if (rank(a) != rank(b)) return rank(a) < rank(b);
      return a.entry->difference > b.entry->difference;
    });
    constexpr std::size_t most = 12;
    std::vector<std::vector<TableCell>> cells;
    for (const Row& row : rows) {
      if (cells.size() == most) break;
      const GradientEntry& entry = *row.entry;
      cells.push_back({place_of(*row.parameter, entry.entry), fmt::format("{:.10g}", entry.yours),
                       entry.on_kink ? fmt::format("{:.7g} | {:.7g}", entry.left, entry.right)
                                     : fmt::format("{:.10g}", entry.numeric),
                       fmt::format("{:.1e}", entry.estimate), std::string(word_of(entry))});
    }
    std::string text = fmt::format("The gradients of {}, against differences of its own loss{}\n\n",
                                   flags_.program, options_.unit > 0x1p-53 ? " (in float32)" : "");
    text += table({{"entry"}, {"claimed", true}, {"difference", true}, {"its error", true}, {""}},
                  cells, view_.output.style());
    if (rows.size() > most) text += fmt::format("and {} more\n", rows.size() - most);
    const int status = status_of(checks);
    text += fmt::format("\n{}: {} of the {} entries that were compared {}{}.\n",
                        status == 0   ? "Right"
                        : status == 1 ? "Wrong"
                                      : "This can't be told of all",
                        good, compared, good == 1 ? "is right" : "are right",
                        compared < all ? fmt::format(", of {} in all (--entries all)", all) : "");
    if (!missing_.empty())
      text += fmt::format("No gradient is printed of {}.\n", fmt::join(missing_, ", "));
    return text;
  }

  const ClaimFlags& flags_;
  const ClaimView& view_;
  std::vector<Parameter> parameters_;
  std::vector<NamedArray> data_;
  std::vector<Parameter> judged_;
  std::vector<std::string> missing_;
  GradientCheckOptions options_;
};

}  // namespace

int check_black_box(const ClaimFlags& flags, const ClaimView& view, const std::string& entries) {
  if (flags.params.empty()) {
    throw Error(
        "without a lesson --program wants --params FILE: the numbers at which the program is asked "
        "for its loss and its gradients");
  }
  return BlackBox(flags, view).run(entries);
}

}  // namespace tracer::cli
