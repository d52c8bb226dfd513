#include "datasets/number_form.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tracer {
namespace {

bool is_figure(char c) { return c >= '0' && c <= '9'; }

// A number's digits and the signs between them, without what stands before and behind: "+1,5e3" is
// "1,5". Empty: it is no such text.
std::string_view digits_of(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  if (const auto e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view power = text.substr(e + 1);
    if (!power.empty() && (power.front() == '+' || power.front() == '-')) power.remove_prefix(1);
    if (power.empty() || !std::ranges::all_of(power, is_figure)) return {};
    text = text.substr(0, e);
  }
  const bool ends_in_figures = !text.empty() && is_figure(text.front()) && is_figure(text.back());
  const auto may_stand = [](char c) { return is_figure(c) || c == ',' || c == '.' || c == '\''; };
  return ends_in_figures && std::ranges::all_of(text, may_stand) ? text : std::string_view{};
}

// 12,345,678 with that sign between the groups; there is at least one.
bool is_grouped(std::string_view whole, char sign) {
  std::size_t first = whole.find(sign);
  if (first == std::string_view::npos || first == 0 || first > 3) return false;
  for (std::size_t at = first; at < whole.size(); at += 4) {
    if (whole[at] != sign || whole.size() - at < 4) return false;
    if (!std::ranges::all_of(whole.substr(at + 1, 3), is_figure)) return false;
  }
  return true;
}

}  // namespace

std::optional<double> number_in(std::string_view text, const NumberForm& form) {
  std::string plain;
  const std::size_t point = text.find(form.decimal);
  std::string_view whole = text.substr(0, point);
  const std::string_view rest = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (!whole.empty() && (whole.front() == '+' || whole.front() == '-')) {
    if (whole.front() == '-') plain = "-";
    whole.remove_prefix(1);
  }
  if (!whole.empty() && !is_figure(whole.front())) return std::nullopt;  // +-1
  if (form.thousands != '\0' && whole.find(form.thousands) != std::string_view::npos) {
    if (!is_grouped(whole, form.thousands)) return std::nullopt;
    std::ranges::copy_if(whole, std::back_inserter(plain), is_figure);
  } else {
    plain += whole;
  }
  if (point != std::string_view::npos) plain += "." + std::string(rest);
  if (form.decimal != '.' &&
      (whole.find('.') != std::string_view::npos || rest.find('.') != std::string_view::npos) &&
      form.thousands != '.')
    return std::nullopt;
  double value = 0;
  const char* const end = plain.data() + plain.size();
  const auto [after, problem] = std::from_chars(plain.data(), end, value);
  if (problem != std::errc() || after != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

void NumberForms::look_at(std::string_view field) {
  const std::string_view digits = digits_of(field);
  const auto comma = digits.find(',');
  const auto point = digits.find('.');
  const auto apostrophe = digits.find('\'');
  constexpr auto none = std::string_view::npos;
  if (apostrophe != none) {
    if (is_grouped(digits.substr(0, std::min(comma, point)), '\'')) ++thousands_apostrophes_;
    if (comma != none && point == none) ++decimal_commas_;
  } else if (comma != none && point != none) {
    if (comma < point && is_grouped(digits.substr(0, point), ',')) ++thousands_commas_;
    if (point < comma && is_grouped(digits.substr(0, comma), '.')) ++thousands_points_;
  } else if (comma != none) {
    const bool one = digits.find(',', comma + 1) == none;
    if (!is_grouped(digits, ',')) {
      if (one) ++decimal_commas_;
    } else if (one && digits.front() != '0') {
      ++either_;
    } else {
      ++(one ? decimal_commas_ : thousands_commas_);  // 0,125
    }
  } else if (point != none) {
    const bool one = digits.find('.', point + 1) == none;
    if (one) ++decimal_points_;
    if (!one && is_grouped(digits, '.')) ++thousands_points_;
  }
}

NumberForm NumberForms::form() const {
  const NumberForm as_python;
  const char apostrophe = thousands_apostrophes_ > 0 ? '\'' : '\0';
  if (decimal_commas_ > 0 || thousands_points_ > 0) {
    if (thousands_commas_ > 0) return as_python;  // they contradict each other
    if (thousands_points_ > 0) return {',', '.'};
    return decimal_points_ > 0 ? as_python : NumberForm{',', apostrophe};
  }
  if (thousands_commas_ > 0 || (either_ > 0 && decimal_points_ > 0)) return {'.', ','};
  return {'.', apostrophe};
}

std::string said_of_form(const NumberForm& form) {
  const std::string_view groups = form.thousands == '.'   ? "a point"
                                  : form.thousands == ',' ? "a comma"
                                                          : "an apostrophe";
  std::string said = form.decimal == ',' ? "a comma before the decimals" : "";
  if (form.thousands != '\0')
    said += fmt::format("{}{} between the thousands", said.empty() ? "" : " and ", groups);
  return said;
}

}  // namespace tracer
