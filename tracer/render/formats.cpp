#include "tracer/render/formats.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "tracer/render/html_format.hpp"
#include "tracer/render/latex_format.hpp"
#include "tracer/render/markdown_format.hpp"
#include "tracer/render/text_format.hpp"

namespace tracer {
namespace {

struct Format {
  std::string_view name, ending;
  std::string (*write)(const Document&, const Style&, Extent);
};

template <class... Each>
constexpr std::array all_of_them{Format{Each::name, Each::ending, Each::write}...};

constexpr auto& formats = all_of_them<TextFormat, LatexFormat, MarkdownFormat, HtmlFormat>;

bool is_shown(const Block& block, std::string_view format) {
  if (block.shown == Shown::in_browser) return format == HtmlFormat::name;
  return block.shown == Shown::everywhere || format != TextFormat::name;
}

}  // namespace

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const Format& format : formats) names.emplace_back(format.name);
  return names;
}

std::string_view format_of_file(std::string_view path) {
  for (const Format& format : formats)
    if (path.ends_with(format.ending)) return format.name;
  return "";
}

std::string write(const Document& document, std::string_view format, const Style& style,
                  Extent extent) {
  const auto write = std::ranges::find(formats, format, &Format::name)->write;
  const auto shown = [&](const Block& block) { return is_shown(block, format); };
  if (std::ranges::all_of(document, shown)) return write(document, style, extent);
  Document part;
  std::ranges::copy_if(document, std::back_inserter(part), shown);
  return write(part, style, extent);
}

}  // namespace tracer
