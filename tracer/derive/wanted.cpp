#include "tracer/derive/wanted.hpp"

#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {
namespace {

Wanted::Range parse_range(const std::string& text, const std::string& whole) {
  Wanted::Range range;
  int after = 0;
  const auto colon = text.find(':');
  const auto number = [&](const std::string& part) {
    int value = -1;
    if (std::sscanf(part.c_str(), " %d %n", &value, &after) != 1 || value < 0 ||
        static_cast<std::size_t>(after) != part.size())
      throw Error(fmt::format(
          "--wrt {}: expected entries as W[3,5], W[3,0:4], W[:,5] or b[2], counted from 0", whole));
    return value;
  };
  const auto is_blank = [](const std::string& part) {
    return part.find_first_not_of(' ') == std::string::npos;
  };
  if (colon == std::string::npos) {
    range.first = number(text);
    range.end = range.first + 1;
    return range;
  }
  if (!is_blank(text.substr(0, colon))) range.first = number(text.substr(0, colon));
  if (!is_blank(text.substr(colon + 1))) range.end = number(text.substr(colon + 1));
  return range;
}

Wanted parse_one(const std::string& text) {
  Wanted wanted;
  const auto bracket = text.find('[');
  wanted.name = text.substr(0, bracket);
  wanted.text = text;
  if (bracket == std::string::npos) return wanted;
  const std::string inside =
      text.back() == ']' ? text.substr(bracket + 1, text.size() - bracket - 2) : "";
  const auto comma = inside.find(',');
  wanted.entries.push_back(parse_range(inside.substr(0, comma), text));
  if (comma != std::string::npos)
    wanted.entries.push_back(parse_range(inside.substr(comma + 1), text));
  return wanted;
}

// "W[3,5],b" holds W[3,5] and b.
std::vector<std::string> between_commas(const std::string& text) {
  std::vector<std::string> parts{""};
  int depth = 0;
  for (const char c : text) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else if (c != ' ' || depth > 0) {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

std::vector<Wanted> parse_wanted(const std::string& text) {
  std::vector<Wanted> all;
  for (const std::string& each : between_commas(text)) all.push_back(parse_one(each));
  return all;
}

std::vector<std::pair<int, int>> entries_of(const Wanted& wanted, const Shape& shape) {
  constexpr int most_explained = 24;
  auto ranges = wanted.entries;
  if (ranges.size() == 1) {  // b[2]: of a column or a row
    const Wanted::Range all{0, 1};
    if (shape.columns.is_one()) {
      ranges.push_back(all);
    } else if (shape.rows.is_one()) {
      ranges.insert(ranges.begin(), all);
    } else {
      throw Error(fmt::format("--wrt {}: {} is {}, an entry has a row and a column: {}[0,0]",
                              wanted.text, wanted.name, to_string(shape), wanted.name));
    }
  }
  const std::array sides{shape.rows, shape.columns};
  const auto last = [](const Size& side) {
    return side.known() ? std::to_string(side.count - 1) : side.name + " − 1";
  };
  for (std::size_t k = 0; k < 2; ++k) {
    const bool known = sides[k].known();
    if (ranges[k].end < 0 && !known)
      throw Error(fmt::format("--wrt {}: {} is {}, and {} has no number: name the entry, {}[0,0]",
                              wanted.text, wanted.name, to_string(shape), sides[k].name,
                              wanted.name));
    if (ranges[k].end < 0) ranges[k].end = sides[k].count;
    if ((known && ranges[k].end > sides[k].count) || ranges[k].first >= ranges[k].end)
      throw Error(fmt::format("--wrt {}: {} is {}, its entries go from [0,0] to [{},{}]",
                              wanted.text, wanted.name, to_string(shape), last(sides[0]),
                              last(sides[1])));
  }
  const long long count =
      static_cast<long long>(ranges[0].end - ranges[0].first) * (ranges[1].end - ranges[1].first);
  if (count > most_explained)
    throw Error(fmt::format("--wrt {}: these are {} entries, a page explains {} of them",
                            wanted.text, count, most_explained));
  std::vector<std::pair<int, int>> entries;
  for (int i = ranges[0].first; i < ranges[0].end; ++i)
    for (int j = ranges[1].first; j < ranges[1].end; ++j) entries.emplace_back(i, j);
  return entries;
}

}  // namespace tracer
