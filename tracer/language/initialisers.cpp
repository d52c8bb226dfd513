// The calls that give a leaf its first value: zeros(20, 1), kaiming(20, 784), uniform(3, 2, low=-1,
// high=1).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tracer/language/constants.hpp"
#include "tracer/language/initialise.hpp"
#include "tracer/language/leaves.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {
namespace {

using namespace ast;

constexpr long long most_entries = 100'000'000;  // 400 MB of float32
constexpr long long most_exact =
    10'000;  // above, an Exact for each entry is a waste: float32 holds 0 and 1

struct InitialSetting {
  std::string_view name;
  int standard;
};
/// What is to be drawn, and from which numbers.
struct Draw {
  const Sides& sides;
  Fan fan;
  const std::vector<double>& settings;
  RandomStream& stream;

  Array<float> uniform(double low, double high) const {
    return tracer::uniform(sides.rows, sides.columns, low, high, stream);
  }
  Array<float> normal(double mean, double deviation) const {
    return tracer::normal(sides.rows, sides.columns, mean, deviation, stream);
  }
};
struct Initialiser {
  std::string_view name;
  std::vector<InitialSetting> settings;  // after the sizes, by position or by name
  Array<float> (*draw)(const Draw&);     // null: zeros, ones, full
};

const std::vector<Initialiser>& table() {
  static const auto xavier_u = [](const Draw& d) {
    const double bound = xavier_bound(d.fan, d.settings[0]);
    return d.uniform(-bound, bound);
  };
  static const auto kaiming_u = [](const Draw& d) {
    return d.uniform(-kaiming_bound(d.fan), kaiming_bound(d.fan));
  };
  static const auto kaiming_n = [](const Draw& d) { return d.normal(0, kaiming_deviation(d.fan)); };
  static const std::vector<Initialiser> list = {
      {"zeros", {}, nullptr},
      {"ones", {}, nullptr},
      {"full", {{"fill_value", 0}}, nullptr},
      {"uniform",
       {{"low", 0}, {"high", 1}},
       [](const Draw& d) { return d.uniform(d.settings[0], d.settings[1]); }},
      {"normal",
       {{"mean", 0}, {"std", 1}},
       [](const Draw& d) { return d.normal(d.settings[0], d.settings[1]); }},
      {"xavier_uniform", {{"gain", 1}}, xavier_u},
      {"xavier_normal",
       {{"gain", 1}},
       [](const Draw& d) { return d.normal(0, xavier_deviation(d.fan, d.settings[0])); }},
      {"xavier", {{"gain", 1}}, xavier_u},
      {"kaiming_uniform", {}, kaiming_u},
      {"kaiming_normal", {}, kaiming_n},
      {"kaiming", {}, kaiming_n},
  };
  return list;
}

const Initialiser* find(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &Initialiser::name);
  return found == table().end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const Initialiser& initialiser) {
  std::vector<std::string> names;
  for (const InitialSetting& setting : initialiser.settings) names.emplace_back(setting.name);
  return names;
}

std::string takes(const Initialiser& initialiser) {
  return fmt::format("it takes rows, columns{}{}", initialiser.settings.empty() ? "" : ", ",
                     fmt::join(names_of(initialiser), ", "));
}

// the settings of a call, by position and by name; the standard where they are left out
std::vector<Rational> settings_of(const Names& names, const Initialiser& initialiser,
                                  const Call& call, std::size_t from) {
  std::vector<Rational> values;
  for (const InitialSetting& setting : initialiser.settings) values.emplace_back(setting.standard);
  if (call.arguments.size() - from > values.size()) {
    throw BadStatement{names.span(call.arguments[from + values.size()]),
                       fmt::format("{} has too many arguments", call.function.text),
                       takes(initialiser)};
  }
  for (std::size_t i = from; i < call.arguments.size(); ++i)
    values[i - from] = number(names, call.arguments[i]);
  for (const Keyword& keyword : call.keywords) {
    if (keyword.name.text == "dtype") continue;  // NumPy's; the number type is an option of the run
    const auto found =
        std::ranges::find(initialiser.settings, keyword.name.text, &InitialSetting::name);
    if (found == initialiser.settings.end()) {
      throw BadStatement{keyword.name.span,
                         fmt::format("{} has no option {}", call.function.text, keyword.name.text),
                         suggested(keyword.name.text, names_of(initialiser), takes(initialiser))};
    }
    values[static_cast<std::size_t>(found - initialiser.settings.begin())] =
        number(names, keyword.value);
  }
  return values;
}

}  // namespace

bool is_initialiser(std::string_view function) { return find(function) != nullptr; }

bool draws(std::string_view initialiser) {
  const Initialiser* found = find(initialiser);
  return found != nullptr && found->draw != nullptr;
}

std::vector<std::string> initialisers() {
  std::vector<std::string> names;
  for (const Initialiser& initialiser : table()) names.emplace_back(initialiser.name);
  return names;
}

Sides read_sides(const Names& names, const std::vector<ExprId>& arguments, std::size_t most,
                 Span call) {
  if (arguments.empty() || most == 0) {
    throw BadStatement{call, "the shape is missing",
                       "say how many rows and columns, e.g. zeros(3, 1)"};
  }
  const std::vector<ExprId>* together = items_of(names, arguments[0]);
  std::vector<ExprId> sizes(arguments.begin(),
                            arguments.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                    {2, most, arguments.size()})));
  if (together != nullptr) {
    sizes = *together;
    if (sizes.empty() || sizes.size() > 2) {
      throw BadStatement{names.span(arguments[0]),
                         fmt::format("a shape has one or two sizes, this one has {}", sizes.size()),
                         "everything is a matrix: rows, columns"};
    }
  }
  const int first =
      whole_number(names, sizes[0], sizes.size() == 2 ? "the number of rows" : "the size", 1);
  const std::size_t used = together != nullptr ? 1 : sizes.size();
  if (sizes.size() == 2)
    return {first, whole_number(names, sizes[1], "the number of columns", 1), used};
  return names.rows ? Sides{1, first, used} : Sides{first, 1, used};
}

void check_size(const Sides& sides, Span span) {
  if (static_cast<long long>(sides.rows) * sides.columns > most_entries) {
    throw BadStatement{
        span, fmt::format("{}×{} is more than 100 million entries", sides.rows, sides.columns),
        "check the two sizes"};
  }
}

LeafValue filled(const Sides& sides, const Rational& value, Span span) {
  check_size(sides, span);
  const Exact exact(value);
  if (static_cast<long long>(sides.rows) * sides.columns <= most_exact) {
    return Array<Exact>(Array<Exact>::Constant(sides.rows, sides.columns, exact));
  }
  const float rounded = exact.to_float();
  if (!std::isfinite(rounded) || Exact::from_double(static_cast<double>(rounded)) != exact) {
    throw BadStatement{
        span,
        fmt::format("full: a matrix of {}×{} is kept in float32, which can't hold {}", sides.rows,
                    sides.columns, to_string(value)),
        "fill it with a sum of powers of two, such as 0.5"};
  }
  return Array<float>(Array<float>::Constant(sides.rows, sides.columns, rounded));
}

LeafValue initial_value(const Names& names, const Expr& e, const std::string& name,
                        std::uint64_t seed) {
  const auto& call = std::get<Call>(e.is);
  const Initialiser& initialiser = *find(call.function.text);
  const bool is_full = initialiser.name == "full";
  const bool value_last = is_full && call.keywords.empty();
  const std::size_t most = call.arguments.size() - (value_last && !call.arguments.empty() ? 1 : 0);
  const Sides sides = read_sides(names, call.arguments, most, e.span);
  check_size(sides, e.span);
  const std::vector<Rational> settings = settings_of(names, initialiser, call, sides.used);
  if (initialiser.draw == nullptr) {
    const Rational value = is_full ? settings[0] : Rational(initialiser.name == "ones" ? 1 : 0);
    return filled(sides, value, e.span);
  }
  if (initialiser.name == "uniform" && settings[0] > settings[1]) {
    throw BadStatement{e.span,
                       fmt::format("uniform: low is {} and high is {}", to_string(settings[0]),
                                   to_string(settings[1])),
                       "low must not be above high"};
  }
  if (initialiser.name == "normal" && settings[1] < 0) {
    throw BadStatement{e.span,
                       fmt::format("normal: the standard deviation is {}", to_string(settings[1])),
                       "it must not be negative"};
  }
  std::vector<double> numbers;
  for (const Rational& setting : settings) numbers.push_back(Exact(setting).to_double());
  RandomStream stream(seed, name);
  return initialiser.draw({sides, fan_of(sides.rows, sides.columns, names.rows), numbers, stream});
}

}  // namespace tracer
