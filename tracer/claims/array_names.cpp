#include "tracer/claims/array_names.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "tracer/language/utf8.hpp"

namespace tracer {
namespace {

constexpr std::string_view partial = "∂";
constexpr std::string_view nabla = "∇";

// What is left of the text behind the first of these beginnings that it has.
std::optional<std::string_view> after(std::string_view text,
                                      std::initializer_list<std::string_view> beginnings) {
  for (const std::string_view begin : beginnings) {
    if (text.starts_with(begin) && text.size() > begin.size()) return text.substr(begin.size());
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t end = text.find_last_not_of(" \t");
  return end == std::string_view::npos ? std::string_view() : text.substr(begin, end + 1 - begin);
}

}  // namespace

std::vector<NameReading> readings_of(std::string_view written) {
  std::string_view name = trimmed(written);
  std::vector<NameReading> readings{{std::string(name), false, ""}};
  const auto add = [&](std::string_view of, std::string_view numerator = {}) {
    of = trimmed(of);
    if (of.starts_with('(') && of.ends_with(')')) of = of.substr(1, of.size() - 2);
    if (of.starts_with('_')) of.remove_prefix(1);
    if (!of.empty()) readings.push_back({std::string(of), true, std::string(trimmed(numerator))});
  };
  // dL/dW1, ∂L/∂W1, d(L)/d(W1)
  const std::size_t slash = name.find('/');
  if (slash != std::string_view::npos) {
    const auto above = after(trimmed(name.substr(0, slash)), {"d", partial});
    const auto below = after(trimmed(name.substr(slash + 1)), {"d", partial});
    if (above && below) add(*below, *above);
    return readings;
  }
  // dL_dW1, dLdW1: the numerator must be the loss, or it would be a part of the name
  for (const std::string_view loss : {"L", "loss", "Loss", "J", "cost", "E", "C"}) {
    for (const std::string_view d : {"d", "∂"}) {
      const std::string begin = std::string(d) + std::string(loss);
      if (const auto rest = after(name, {begin})) {
        if (const auto of = after(*rest, {"_d", "_∂", "d", "∂", " d", "_by_d"})) add(*of, loss);
      }
    }
  }
  // W1.grad, W1_grad, and what begins with a word for it; the longest first, so that grad_W1 is not
  // the gradient with respect to rad_W1
  for (const std::string_view ending :
       {".gradient", "_gradient", ".grad", "_grad", " grad", ".g", "_bar"}) {
    if (name.ends_with(ending) && name.size() > ending.size())
      add(name.substr(0, name.size() - ending.size()));
  }
  if (const auto rest = after(name, {"gradient_", "gradient ", "gradient(", "grads_", "grads.",
                                     "grad_", "grad.", "grad ", "grad(", "grad", "Grad", nabla})) {
    add(rest->ends_with(')') ? rest->substr(0, rest->size() - 1) : *rest);
  }
  if (const auto rest = after(name, {"d_", "d", partial})) add(*rest);
  if (const auto rest = after(name, {"g_", "g"})) add(*rest);
  return readings;
}

std::string plain_name(std::string_view name) {
  std::string plain;
  for (std::size_t at = 0; at < name.size();) {
    const auto [code, length] = utf8::decode(name, at);
    constexpr char32_t zero_below = U'₀';
    if (code >= zero_below && code <= zero_below + 9) {
      plain += static_cast<char>('0' + (code - zero_below));
    } else if (length > 1) {
      plain += name.substr(at, length);
    } else if (const char c = name[at];
               std::string_view("_- ()[]{}^").find(c) == std::string_view::npos) {
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    at += length;
  }
  return plain;
}

std::string in_small_letters(std::string word) {
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return word;
}

bool is_group_word(const std::string& word) {
  static const std::set<std::string> words{
      "grads",  "grad",  "gradients", "gradient", "params",  "parameters",  "weights", "data",
      "inputs", "masks", "states",    "values",   "outputs", "activations", "forward"};
  return words.contains(in_small_letters(word));
}

namespace {

// "grads", "dL/dW1" of grads/dL/dW1
std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = name.find('/', begin);
    std::string part = name.substr(begin, end == std::string::npos ? end : end - begin);
    if (!part.empty()) parts.push_back(std::move(part));
  }
  const auto is_d = [](const std::string& part) { return after(part, {"d", partial}).has_value(); };
  if (parts.size() >= 2 && is_d(parts.back()) && is_d(parts[parts.size() - 2])) {
    parts[parts.size() - 2] += "/" + parts.back();
    parts.pop_back();
  }
  return parts;
}

}  // namespace

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
  for (const auto& parts : all) {
    MemberName one;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      if (k + 1 < parts.size() && is_group_word(parts[k])) {
        one.section = in_small_letters(parts[k]);
      } else {
        one.name += (one.name.empty() ? "" : ".") + parts[k];
      }
    }
    made.push_back(std::move(one));
  }
  return made;
}

bool is_loss_word(std::string_view name) {
  constexpr std::array words{"l", "loss", "j", "cost", "e", "c", "error", "objective"};
  return std::ranges::find(words, plain_name(name)) != words.end();
}

bool is_output_word(std::string_view name) {
  constexpr std::array words{"output", "outputs", "out",          "yhat",
                             "ŷ",      "ypred",   "prediction",   "predictions",
                             "pred",   "probs",   "probabilities"};
  return std::ranges::find(words, plain_name(name)) != words.end();
}

}  // namespace tracer
