#include "tracer/serve/asked.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/serve/base64_text.hpp"

namespace tracer::serve {
namespace {

constexpr int deepest = 4;  // of what is asked, nothing goes deeper than two

bool is_name(std::string_view text) {
  // a letter may be a Greek one: bytes of UTF-8
  const auto letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c >= 0x80; };
  return !text.empty() && text.size() <= 64 && letter(static_cast<unsigned char>(text.front())) &&
         std::ranges::all_of(text,
                             [&](unsigned char c) { return letter(c) || std::isdigit(c) != 0; });
}

bool is_number_or_list(std::string_view text) {
  return !text.empty() && text.size() <= 4096 &&
         text.find_first_not_of("0123456789+-.eE/,[] ") == std::string_view::npos;
}

bool is_word(std::string_view text, std::size_t most) {
  return text.size() <= most &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0; });
}

[[noreturn]] void fail(std::string_view key) {
  throw Error(fmt::format("the request's '{}' is not what it should be", key));
}

}  // namespace

Workbench::Asked::Asked(std::string_view body) {
  const auto shallow = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > deepest) throw Error("the request is nested too deeply");
    return true;
  };
  json_ = nlohmann::json::parse(body, shallow, false);
  if (!json_.is_object()) throw Error("the request is no JSON object");
}

std::optional<std::string> Workbench::Asked::optional_text(const char* key) const {
  const auto at = json_.find(key);
  if (at == json_.end() || at->is_null()) return std::nullopt;
  if (!at->is_string()) fail(key);
  return at->get<std::string>();
}

std::string Workbench::Asked::text(const char* key) const {
  return optional_text(key).value_or("");
}

std::string Workbench::Asked::page() const {
  std::string page = text("page");
  if (page.empty() || !is_word(page, 40)) fail("page");
  return page;
}

std::optional<long long> Workbench::Asked::whole(const char* key) const {
  const auto at = json_.find(key);
  if (at == json_.end()) return std::nullopt;
  if (!at->is_number_integer()) fail(key);
  return at->get<long long>();
}

long long Workbench::Asked::number() const {
  const auto number = whole("number");
  if (!number) fail("number");
  return *number;
}

std::string Workbench::Asked::name() const { return text("name"); }

int Workbench::Asked::step() const {
  const long long step = whole("step").value_or(1);
  if (step < 1 || step > 1'000'000) fail("step");
  return static_cast<int>(step);
}

std::vector<std::pair<std::string, std::string>> Workbench::Asked::settings() const {
  std::vector<std::pair<std::string, std::string>> all;
  const auto at = json_.find("set");
  if (at == json_.end()) return all;
  if (!at->is_object()) fail("set");
  for (const auto& [name, value] : at->items()) {
    if (!is_name(name) || !value.is_string() || !is_number_or_list(value.get<std::string>()))
      fail("set");
    all.emplace_back(name, value.get<std::string>());
  }
  return all;
}

std::optional<ClaimedFile> Workbench::Asked::claimed() const {
  const auto at = json_.find("claimed");
  if (at == json_.end() || at->is_null()) return std::nullopt;
  if (!at->is_object()) fail("claimed");
  const auto name = at->find("name"), text = at->find("base64");
  if (name == at->end() || !name->is_string() || text == at->end() || !text->is_string())
    fail("claimed");
  auto bytes = bytes_of_base64(text->get<std::string>());
  if (!bytes) fail("claimed");
  // for messages: of the page, so nothing that has a meaning there
  std::string called = std::filesystem::path(name->get<std::string>()).filename().string();
  std::erase_if(called, [](unsigned char c) {
    return c < ' ' || c == '<' || c == '>' || c == '&' || c == '"' || c == '\'';
  });
  return ClaimedFile{called.empty() ? "gradients" : called, std::move(*bytes)};
}

bool Workbench::Asked::is(const char* key) const {
  const auto at = json_.find(key);
  if (at == json_.end()) return false;
  if (!at->is_boolean()) fail(key);
  return at->get<bool>();
}

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(fmt::format("{} can't be read", path.string()));
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace tracer::serve
