#include "tracer/claims/array_names.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "tracer/language/gradient_names.hpp"
#include "tracer/text/plain.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {

std::vector<NameReading> readings_of(std::string_view name) {
  std::vector<NameReading> readings{{std::string(trimmed_view(name)), false, ""}};
  for (GradientName& gradient : gradient_names(name, is_loss_word))
    readings.push_back({std::move(gradient.of), true, std::move(gradient.numerator)});
  return readings;
}

namespace {

// An object or a folder that groups arrays, and is no part of their names.
bool is_group_word(const std::string& word) {
  static const std::set<std::string> words{
      "grads",  "grad",  "gradients", "gradient", "params",  "parameters",  "weights", "data",
      "inputs", "masks", "states",    "values",   "outputs", "activations", "forward"};
  return words.contains(in_small_letters(word));
}

// "grads", "dL/dW1" of grads/dL/dW1
std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = name.find('/', begin);
    std::string part = name.substr(begin, end == std::string::npos ? end : end - begin);
    if (!part.empty()) parts.push_back(std::move(part));
  }
  if (parts.size() < 2) return parts;
  std::string quotient = parts[parts.size() - 2] + "/" + parts.back();
  if (gradient_names(quotient, is_loss_word).empty()) return parts;
  parts.pop_back();
  parts.back() = std::move(quotient);
  return parts;
}

}  // namespace

MemberName member_name(const std::vector<std::string>& parts) {
  MemberName one;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    if (k + 1 < parts.size() && is_group_word(parts[k])) {
      one.section = in_small_letters(parts[k]);
    } else {
      one.name += (one.name.empty() ? "" : ".") + parts[k];
    }
  }
  return one;
}

std::vector<MemberName> names_without_folders(std::vector<std::string> names) {
  std::vector<std::vector<std::string>> all;
  for (std::string& name : names) {
    while (name.ends_with(".npy")) name.resize(name.size() - 4);
    all.push_back(parts_of(name));
  }
  const auto has_a_folder = [](const auto& parts) { return parts.size() > 1; };
  while (!all.empty() && std::ranges::all_of(all, has_a_folder) &&
         !is_group_word(all.front().front()) &&
         std::ranges::all_of(
             all, [&](const auto& parts) { return parts.front() == all.front().front(); }) &&
         all.size() > 1) {
    for (auto& parts : all) parts.erase(parts.begin());
  }
  std::vector<MemberName> made;
  for (const auto& parts : all) made.push_back(member_name(parts));
  return made;
}

bool is_output_word(std::string_view name) {
  constexpr std::array words{"output", "outputs", "out",          "yhat",
                             "ŷ",      "ypred",   "prediction",   "predictions",
                             "pred",   "probs",   "probabilities"};
  return is_one_of(plain_name(name), words);
}

std::optional<std::string> spelt_so(const std::string& called,
                                    const std::vector<std::string>& names) {
  if (std::ranges::count(names, called) > 0) return called;
  std::optional<std::string> found;
  for (const std::string& name : names) {
    if (plain_name(name) != plain_name(called)) continue;
    if (found) return std::nullopt;
    found = name;
  }
  return found;
}

}  // namespace tracer
