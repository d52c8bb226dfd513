#include "tracer/diagnosis/make_problem.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/claims/leaf_values.hpp"
#include "tracer/error.hpp"
#include "tracer/graph/tape.hpp"
#include "tracer/language/ast.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/leaves.hpp"
#include "tracer/mistake/catalogue.hpp"

namespace tracer {
namespace {

using namespace ast;

constexpr int samples_made = 7;  // a prime, and the size of no layer
constexpr int largest_kept = 8;  // a layer that is larger is made smaller
constexpr int draws = 24;
constexpr double most_entries = 1e8;  // that a lesson's matrix may have: no size is larger

/// What each size of the lesson becomes.
class Sizes {
 public:
  explicit Sizes(const Program& program) {
    std::set<int> large;
    const auto see = [&](int n) {
      if (n > largest_kept)
        large.insert(n);
      else
        used_.insert(n);
    };
    for (const auto& [name, shape] : program.shapes) {
      see(shape.rows.count);
      see(shape.columns.count);
    }
    for (std::size_t i = 0; program.data && i < program.data->names.size(); ++i)
      see(program.data->entries(i));
    used_.insert(samples_made);
    // the widest first gets the widest of what is left, so that layers keep their order
    std::set<int> chosen;
    for (const int n : {6, 5, 4, 3, 8, 9, 10, 11, 12, 13}) {
      if (!used_.contains(n) && chosen.size() < large.size()) chosen.insert(n);
    }
    if (chosen.size() < large.size())
      throw Error("the lesson has layers of too many sizes to be made small");
    auto next = chosen.begin();
    for (const int n : large) small_[n] = *next++;
  }
  int operator()(int n) const {
    const auto found = small_.find(n);
    return found == small_.end() ? n : found->second;
  }

 private:
  std::set<int> used_;
  std::map<int, int> small_;
};

// The names that stand where a size belongs: h in normal(h, 784), reshape(x, h, 2) and A[0:h, :].
// (One inside of a formula, as in normal(2*h, 784), does not count: the half of a new size may be
// no whole number.)
std::set<std::string> names_of_sizes(const Lesson& lesson) {
  std::set<std::string> found;
  const auto see = [&](ExprId id) {
    if (const auto* name = std::get_if<Name>(&lesson.expr(id).is)) found.insert(name->text);
  };
  const auto see_all = [&](std::span<const ExprId> sizes) {
    for (const ExprId id : sizes) {
      see(id);
      if (const auto* tuple = std::get_if<Tuple>(&lesson.expr(id).is))
        std::ranges::for_each(tuple->items, see);
      if (const auto* list = std::get_if<List>(&lesson.expr(id).is))
        std::ranges::for_each(list->items, see);
    }
  };
  const std::vector<std::string> initialiser_names = initialisers();
  for (const Expr& expression : lesson.expressions) {
    if (const auto* call = std::get_if<Call>(&expression.is)) {
      const std::span<const ExprId> all = call->arguments;
      const std::string& name = call->function.text;
      if (name == "reshape" && !all.empty()) see_all(all.subspan(1));
      // rows and columns; a third argument of full is its number
      if (std::ranges::count(initialiser_names, name) > 0)
        see_all(all.first(std::min<std::size_t>(all.size(), 2)));
    } else if (const auto* method = std::get_if<Method>(&expression.is)) {
      if (method->name.text == "reshape") see_all(method->arguments);
    } else if (const auto* slice = std::get_if<Slice>(&expression.is)) {
      for (const std::optional<ExprId>& bound : {slice->begin, slice->end}) {
        if (bound) see(*bound);
      }
    }
  }
  return found;
}

// Seven samples of the kind that the lesson has, cut to the new sizes.
Samples small_samples(const Program& program, const Sizes& sizes) {
  Samples made = *program.data;
  made.scaling.reset();
  made.image_rows = made.image_columns = 0;
  made.count = samples_made;
  std::vector<int> first(samples_made);
  for (int k = 0; k < samples_made; ++k)
    first[static_cast<std::size_t>(k)] = k % program.data->count;
  for (std::size_t i = 0; i < made.values.size(); ++i) {
    Array<double> all = doubles(exact_value(program.data->batch(i, first)));
    if (made.rows) all.transposeInPlace();
    const int entries = sizes(static_cast<int>(all.rows()));
    const bool one_hot = entries_of(all, false) == Entries::one_hot;
    Array<double> cut = all.topRows(entries);
    if (one_hot) {
      for (int k = 0; k < samples_made; ++k) {
        cut.col(k).setZero();
        cut(k % entries, k) = 1;
      }
    }
    if (made.rows) cut.transposeInPlace();
    made.values[i] = leaf_value(cut);
  }
  return made;
}

std::string literal(double x) { return fmt::format("{}", x); }

class ProblemMaker {
 public:
  ProblemMaker(const Program& program, std::uint64_t seed)
      : program_(program), sizes_(program), seed_(seed) {
    size_names_ = names_of_sizes(*program.syntax);
    if (program.symbolic) throw Error("a lesson in symbols has no numbers; give them with --set");
  }

  MadeProblem run() {
    ElaborateOptions options;
    if (program_.data) options.in_place_of_data = small_samples(program_, sizes_);
    const Program draft = load_program(Source("the small problem", text(nullptr)), options);
    const auto batch = draft.graph(program_.data ? samples_made : 1);
    std::vector<int> all(static_cast<std::size_t>(program_.data ? samples_made : 0));
    std::iota(all.begin(), all.end(), 0);
    const Point like = point_of(draft, *batch, all);
    MadeProblem best;
    for (int i = 0; i < draws; ++i) {
      MadeProblem drawn;
      drawn.point = round(random_point(draft, *batch, like, seed_ + static_cast<std::uint64_t>(i)));
      if (!judge(draft, *batch, drawn)) continue;
      const bool better = best.mistakes == 0 || drawn.same < best.same ||
                          (drawn.same == best.same && drawn.nearest > best.nearest);
      if (better) best = std::move(drawn);
    }
    if (best.mistakes == 0)
      throw Error("no numbers were found at which the lesson can be computed");
    best.lesson = text(&best.point);
    best.program = load_program(Source("problem.lesson", best.lesson));
    best.batch = best.program.graph(program_.data ? samples_made : 1);
    best.point = point_of(best.program, *best.batch, all);  // with the masks that it draws itself
    return best;
  }

 private:
  // Sixteenths: every arithmetic has them, and they are quickly written.
  static Point round(Point point) {
    for (auto& [name, values] : point) {
      values = values.unaryExpr([](double x) {
        const double near = std::round(x * 16) / 16;
        return near == 0 && x != 0 ? std::copysign(1.0 / 16, x) : near;
      });
    }
    return point;
  }

  // The lesson with small sizes; with a point, with its numbers too.
  std::string text(const Point* point) const {
    std::string made = "# A small problem on which mistakes do not coincide\n";
    if (!program_.title.empty()) made += fmt::format("# From: {}\n", program_.title);
    made += "\n";
    bool differentiated = false;
    for (const Statement& statement : program_.syntax->statements) {
      if (const auto* leaf = std::get_if<Leaf>(&statement)) {
        made += leaf_text(*leaf, point);
      } else if (const auto* data = std::get_if<Data>(&statement)) {
        // without a point its samples are given in its place
        if (data->role == Data::Role::train)
          made += point == nullptr ? source(statement) : data_text(*data, *point);
      } else if (const auto* let = std::get_if<Let>(&statement)) {
        const std::optional<int> small = small_size(*let);
        made += small ? fmt::format("let {} = {}\n", let->name.text, *small) : source(statement);
      } else if (std::holds_alternative<Assign>(statement) ||
                 std::holds_alternative<Predict>(statement) ||
                 std::holds_alternative<Grad>(statement)) {
        differentiated = differentiated || std::holds_alternative<Grad>(statement);
        made += source(statement);
      }
    }
    if (!differentiated && program_.data)
      made += fmt::format("\ntrain {} with sgd(lr=0.5), batch_size=all\n", program_.loss);
    return made;
  }

  // What a large size with a name becomes; nothing for any other number: the 1/20 of a penalty
  // stays what it is, also beside a layer of 20 units.
  std::optional<int> small_size(const Let& let) const {
    const Array<Exact>& value = program_.constants.at(let.name.text);
    if (value.size() != 1 || !value(0).is_rational() || !size_names_.contains(let.name.text))
      return std::nullopt;
    const double number = value(0).to_double();
    // before it is made an int, which 1e10 does not fit
    if (!(number >= 1 && number <= most_entries) || number != std::floor(number))
      return std::nullopt;
    const int small = sizes_(static_cast<int>(number));
    return small == static_cast<int>(number) ? std::nullopt : std::optional(small);
  }

  std::string source(const Statement& statement) const {
    return std::string(program_.source->text(span_of(statement))) + "\n";
  }

  std::string leaf_text(const Leaf& leaf, const Point* point) const {
    const std::string& name = leaf.name.text;
    const Shape& shape = program_.shapes.at(name);
    const char* role = leaf.role == Leaf::Role::param ? "param" : "input";
    if (point != nullptr && point->contains(name))
      return fmt::format("{} {} = {}\n", role, name, matrix_text(point->at(name), literal));
    return fmt::format("{} {} = ones({}, {})\n", role, name, sizes_(shape.rows.count),
                       sizes_(shape.columns.count));
  }

  std::string data_text(const Data& data, const Point& point) const {
    std::vector<std::string> names;
    for (const Word& name : data.names) names.push_back(name.text);
    const std::string rows = program_.data->rows ? ", samples=\"rows\"" : "";
    std::vector<std::string> items;
    for (int k = 0; k < samples_made; ++k) {
      std::vector<std::string> parts;
      for (const std::string& name : names) {
        const Array<double>& all = point.at(name);
        const Array<double> one =
            program_.data->rows ? Array<double>(all.row(k).transpose()) : Array<double>(all.col(k));
        std::vector<std::string> numbers;
        for (const double x : one.reshaped()) numbers.push_back(literal(x));
        parts.push_back(numbers.size() == 1 ? numbers[0]
                                            : fmt::format("[{}]", fmt::join(numbers, ", ")));
      }
      items.push_back(parts.size() == 1 ? parts[0] : fmt::format("({})", fmt::join(parts, ", ")));
    }
    return fmt::format("data {} in {}{}\n", fmt::join(names, ", "), fmt::join(items, ", "), rows);
  }

  // How far apart the mistakes are at that point. False: something can't be computed there.
  bool judge(const Program& draft, const BatchGraph& batch, MadeProblem& drawn) const {
    BackwardGraph back(batch.graph, batch.loss,
                       draft.seed_name.empty() ? -1 : batch.graph.find(draft.seed_name),
                       BackwardGraph::Outputs::joined);
    Catalogue catalogue(batch, back);
    std::vector<NodeId> wanted;
    std::vector<long long> counts;
    for (const std::string& name : draft.wrt) {
      wanted.push_back(batch.graph.find(name));
      counts.push_back(batch.graph[wanted.back()].shape.count());
    }
    std::vector<std::vector<NodeId>> gradients;  // of each mistake, of the right pass first
    const auto add = [&](BackwardGraph::Pass pass) {
      const NodeId before = back.graph().size();
      try {
        std::vector<NodeId> all;
        for (const NodeId node : wanted) all.push_back(back.gradient(pass, node));
        gradients.push_back(std::move(all));
      } catch (const ShapeError&) {
        back.cut(before);
      }
    };
    add(back.pass());
    for (NodeId id = 0; id <= batch.loss; ++id) {
      if (!back.is_live(id)) continue;
      for (const auto& [user, operand] : back.uses(id)) {
        for (const Mistake& mistake : catalogue.of_contribution(user, operand)) {
          if (!mistake.edit->has_factor) add(back.edited(back.pass(), mistake.edit));
        }
      }
    }
    Tape<double> tape(back.graph(), std::span<const NodeId>{});
    for (const auto& [name, values] : drawn.point) tape.own_value(batch.graph.find(name)) = values;
    tape.forward();
    std::vector<Eigen::ArrayXd> numbers;
    for (const std::vector<NodeId>& of : gradients) numbers.push_back(values_of(tape, of, counts));
    if (!numbers.front().allFinite()) return false;
    drawn.mistakes = static_cast<int>(numbers.size()) - 1;
    drawn.nearest = HUGE_VAL;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      for (std::size_t j = i + 1; j < numbers.size(); ++j) {
        const double largest = std::max(numbers[i].abs().maxCoeff(), numbers[j].abs().maxCoeff());
        const double apart = (numbers[i] - numbers[j]).abs().maxCoeff() / largest;
        if (!(apart > 1e-9))
          ++drawn.same;
        else
          drawn.nearest = std::min(drawn.nearest, apart);
      }
    }
    return true;
  }

  // All entries in a row. A gradient that is not there is 0 in each of its entries, so that the
  // rows of two mistakes have the same length.
  static Eigen::ArrayXd values_of(const Tape<double>& tape, const std::vector<NodeId>& nodes,
                                  const std::vector<long long>& counts) {
    std::vector<double> all;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i] < 0) {
        all.insert(all.end(), static_cast<std::size_t>(counts[i]), 0.0);
        continue;
      }
      for (const double x : tape.value(nodes[i]).reshaped()) all.push_back(x);
    }
    return Eigen::Map<Eigen::ArrayXd>(all.data(), static_cast<Eigen::Index>(all.size()));
  }

  const Program& program_;
  Sizes sizes_;
  std::set<std::string> size_names_;  // that a let with one of them is a size
  std::uint64_t seed_;
};

}  // namespace

MadeProblem make_problem(const Program& program, std::uint64_t seed) {
  return ProblemMaker(program, seed).run();
}

}  // namespace tracer
