// The plain text of --trace-step: see inspect.hpp.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/train/inspect.hpp"

namespace tracer {
namespace {

struct Entry {
  std::string parameter;
  Eigen::Index row = 0;
  Eigen::Index column = 0;
};

[[noreturn]] void no_such_entry(const std::string& text, const std::string& why) {
  throw Error(fmt::format("there is no entry {} to trace: {}", text, why));
}

// "W1[3, 5]", "b1[2]" of a column or row, "w" of a single number
Entry parse_entry(const Program& program, const std::string& text) {
  std::string compact;
  for (const char c : text) {
    if (c != ' ') compact += c;
  }
  const std::size_t bracket = compact.find('[');
  Entry entry{compact.substr(0, bracket), 0, 0};
  if (std::ranges::count(program.parameters, entry.parameter) == 0) {
    no_such_entry(
        text, suggested(entry.parameter, program.parameters,
                        fmt::format("the parameters are {}", fmt::join(program.parameters, ", "))));
  }
  const Shape& shape = program.shapes.at(entry.parameter);
  std::vector<int> indices;
  if (bracket != std::string::npos) {
    const char* at = compact.data() + bracket + 1;
    const char* const end = compact.data() + compact.size();
    for (;;) {
      int index = 0;
      const auto read = std::from_chars(at, end, index);
      if (read.ec != std::errc{} || read.ptr == end) no_such_entry(text, "write it as W1[3, 5]");
      indices.push_back(index);
      at = read.ptr + 1;
      if (*read.ptr == ']' && at == end) break;
      if (*read.ptr != ',') no_such_entry(text, "write it as W1[3, 5]");
    }
  }
  if (indices.size() == 2) {
    entry.row = indices[0];
    entry.column = indices[1];
  } else if (indices.size() == 1 && (shape.rows.is_one() || shape.columns.is_one())) {
    (shape.rows.is_one() ? entry.column : entry.row) = indices[0];
  } else if (!indices.empty() || !shape.is_scalar()) {
    no_such_entry(text, fmt::format("{} is {}, so an entry is {}[row, column]", entry.parameter,
                                    to_string(shape), entry.parameter));
  }
  if (entry.row < 0 || entry.row >= shape.rows.count || entry.column < 0 ||
      entry.column >= shape.columns.count) {
    no_such_entry(text, fmt::format("{} is {}, and rows and columns count from 0", entry.parameter,
                                    to_string(shape)));
  }
  return entry;
}

Entry largest_entry(const Program& program, const StepLook& look) {
  for (auto name = program.parameters.rbegin(); name != program.parameters.rend(); ++name) {
    const auto gradient = look.gradients.find(look.batch->graph.find(*name));
    if (gradient == look.gradients.end()) continue;
    Entry entry{*name, 0, 0};
    gradient->second.abs().maxCoeff(&entry.row, &entry.column);
    return entry;
  }
  throw Error("the loss depends on no parameter: there is no gradient to trace");
}

std::string name_of(const Entry& entry, const Shape& shape) {
  return shape.is_scalar() ? entry.parameter
                           : fmt::format("{}[{},{}]", entry.parameter, entry.row, entry.column);
}

// the upper left corner, row by row
std::string corner(const Array<double>& values) {
  const Eigen::Index rows = std::min<Eigen::Index>(values.rows(), 2);
  const Eigen::Index columns = std::min<Eigen::Index>(values.cols(), 4);
  std::string text = "[";
  for (Eigen::Index i = 0; i < rows; ++i) {
    text += i == 0 ? "" : "; ";
    for (Eigen::Index j = 0; j < columns; ++j)
      text += fmt::format("{}{:.5g}", j == 0 ? "" : " ", values(i, j));
    if (columns < values.cols()) text += " …";
  }
  return text + (rows < values.rows() ? "; …]" : "]");
}

std::string described(const Array<double>& values, bool with_corner) {
  if (values.size() == 1) return fmt::format("{:.8g}", values(0, 0));
  const std::string norm =
      fmt::format("{}×{}  norm {:.6g}", values.rows(), values.cols(), values.matrix().norm());
  return with_corner ? norm + "  " + corner(values) : norm;
}

/// One product of the sum that an entry of a gradient is.
struct Term {
  std::string where;  ///< "sample 12", "row 3 of Z2"
  double from_above = 0;
  double local = 1;
  double value() const { return from_above * local; }
};

// What one use of the parameter adds to the entry; nothing where that is no plain sum of products.
std::optional<std::vector<Term>> terms_of(const StepLook& look, NodeId parameter, NodeId user,
                                          const Entry& entry) {
  const Graph& graph = look.batch->graph;
  const Node& node = graph[user];
  const Array<double>& above = look.gradients.at(user);
  const auto m = static_cast<Eigen::Index>(look.samples.size());
  const auto called = [&](Eigen::Index k, Eigen::Index of) {
    if (of == m) return fmt::format("sample {}", look.samples[static_cast<std::size_t>(k)] + 1);
    return fmt::format("term {}", k + 1);
  };
  std::vector<Term> terms;
  if (node.operation->law == Law::matmul && node.operands[0] != node.operands[1]) {
    const bool left = node.operands[0] == parameter;
    const Array<double>& other = look.values.at(node.operands[left ? 1 : 0]);
    const Eigen::Index many = left ? other.cols() : other.rows();
    for (Eigen::Index k = 0; k < many; ++k) {
      terms.push_back({called(k, many), left ? above(entry.row, k) : above(k, entry.column),
                       left ? other(entry.column, k) : other(k, entry.row)});
    }
    return terms;
  }
  if (node.operation->law == Law::broadcast) {
    const Shape& shape = graph[parameter].shape;
    for (Eigen::Index j = 0; j < above.cols(); ++j) {
      if (!shape.columns.is_one() && j != entry.column) continue;
      for (Eigen::Index i = 0; i < above.rows(); ++i) {
        if (!shape.rows.is_one() && i != entry.row) continue;
        const bool along_columns = shape.columns.is_one() && above.cols() > 1;
        terms.push_back({called(along_columns ? j : i, along_columns ? above.cols() : above.rows()),
                         above(i, j), 1});
      }
    }
    return terms;
  }
  return std::nullopt;
}

std::string entry_text(const Program& program, const StepLook& look, const Entry& entry) {
  constexpr std::size_t shown = 8;
  const Graph& graph = look.batch->graph;
  const NodeId id = graph.find(entry.parameter);
  const std::string name = name_of(entry, graph[id].shape);
  const auto found = look.gradients.find(id);
  if (found == look.gradients.end())
    return fmt::format("  {} does not depend on {}\n", program.loss, entry.parameter);
  const double gradient = found->second(entry.row, entry.column);

  std::string text = fmt::format("  One entry: ∂{}/∂{} = {:.8g}\n", program.loss, name, gradient);
  std::vector<Term> terms;
  bool others = false;
  for (NodeId user = id + 1; user < graph.size(); ++user) {
    const Node& node = graph[user];
    if (std::ranges::count(node.operands, id) == 0 || !look.gradients.contains(user)) continue;
    if (auto made = terms_of(look, id, user, entry)) {
      terms.insert(terms.end(), made->begin(), made->end());
    } else {
      others = true;
    }
  }
  double sum = 0;
  for (const Term& term : terms) sum += term.value();
  const std::size_t nothing = std::erase_if(terms, [](const Term& t) { return t.value() == 0; });
  std::ranges::stable_sort(terms, [](const Term& a, const Term& b) {
    return std::abs(a.value()) > std::abs(b.value());
  });
  double rest = 0;
  for (std::size_t k = 0; k < terms.size(); ++k) {
    const Term& term = terms[k];
    if (k >= shown) {
      rest += term.value();
    } else if (term.local == 1) {
      text += fmt::format("    {} {:<14} {:.6g}\n", k == 0 ? "=" : "+", term.where, term.value());
    } else {
      text += fmt::format("    {} {:<14} ({:.6g})({:.6g}) = {:.6g}\n", k == 0 ? "=" : "+",
                          term.where, term.from_above, term.local, term.value());
    }
  }
  if (terms.size() > shown)
    text += fmt::format("    + {} smaller terms: {:.6g}\n", terms.size() - shown, rest);
  if (nothing > 0) {
    text += fmt::format("    {} {} term{} that {} 0\n", terms.empty() ? "=" : "+", nothing,
                        nothing == 1 ? "" : "s", nothing == 1 ? "is" : "are");
  }
  if (others) {
    text += fmt::format("    {} by other ways of {} to {}: {:.6g}\n",
                        terms.empty() && nothing == 0 ? "=" : "+", entry.parameter, program.loss,
                        gradient - sum);
  }
  if (const auto after = look.after.find(entry.parameter); after != look.after.end()) {
    const double old_value = look.values.at(id)(entry.row, entry.column);
    const double new_value = after->second(entry.row, entry.column);
    text += fmt::format("  Update ({}, lr {:.6g}): {}: {:.8g} → {:.8g}  (by {:.6g})\n",
                        program.training->optimizer.name, look.lr, name, old_value, new_value,
                        new_value - old_value);
  }
  return text;
}

}  // namespace

void check_entry(const Program& program, const std::string& entry) {
  if (!entry.empty()) parse_entry(program, entry);
}

std::string trace_text(const Program& program, const StepLook& look, const std::string& entry) {
  const BatchGraph& batch = *look.batch;
  std::string text = fmt::format("Step {} (epoch {}", look.step, look.epoch);
  if (!look.samples.empty()) {
    constexpr std::size_t most = 8;
    text += look.samples.size() == 1 ? ", sample " : ", samples ";
    for (std::size_t k = 0; k < std::min(look.samples.size(), most); ++k)
      text += fmt::format("{}{}", k == 0 ? "" : ", ", look.samples[k] + 1);
    if (look.samples.size() > most) text += fmt::format(", … {} in all", look.samples.size());
  }
  text += ")\n  Forward\n";
  for (const NodeId line : batch.lines) {
    text += fmt::format("    {}\n        {}\n", line_text(program, batch, line),
                        described(look.values.at(line), true));
  }
  text += "  Backward\n";
  std::vector<NodeId> shown(batch.lines.rbegin(), batch.lines.rend());
  for (const std::string& name : program.parameters) shown.push_back(batch.graph.find(name));
  for (const NodeId id : shown) {
    const auto gradient = look.gradients.find(id);
    if (gradient == look.gradients.end()) continue;
    text += fmt::format("    ∂{}/∂{:<8} {}\n", program.loss, batch.graph[id].name,
                        described(gradient->second, false));
  }
  return text +
         entry_text(program, look,
                    entry.empty() ? largest_entry(program, look) : parse_entry(program, entry));
}

}  // namespace tracer
