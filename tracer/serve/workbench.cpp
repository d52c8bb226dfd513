#include "tracer/serve/workbench.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/language/source.hpp"
#include "tracer/serve/asked.hpp"
#include "tracer/serve/guard.hpp"
#include "tracer/serve/mistakes.hpp"
#include "tracer/serve/page.hpp"
#include "tracer/text/plain.hpp"

namespace tracer::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view html = "text/html; charset=utf-8";
// of the page itself: what it needs, and nothing else
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
constexpr const char* no_policy = "default-src 'none'; frame-ancestors 'none'";

Response json(const Json& what, int status = 200) {
  return {.status = status, .type = "application/json", .body = json_text(what)};
}

void add_headers(Response& response) {
  const auto add = [&](const char* name, const char* value) {
    if (std::ranges::find(response.headers, name, &Header::name) == response.headers.end())
      response.headers.push_back({name, value});
  };
  add("content-security-policy", no_policy);
  add("x-content-type-options", "nosniff");
  add("referrer-policy", "no-referrer");
  add("cross-origin-opener-policy", "same-origin");
  add("cross-origin-resource-policy", "same-origin");
  add("cache-control", "no-store");
}

// A file's name for a header: letters, digits and - _ . of it.
std::string tame_name(std::string_view name) {
  std::string tame;
  for (const char c : name.substr(0, 80))
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.')
      tame += c;
  while (tame.starts_with('.')) tame.erase(0, 1);
  return tame.empty() ? "lesson" : tame;
}

Json mistakes_json(const std::vector<Mistake>& mistakes) {
  Json list = Json::array();
  for (const Mistake& one : mistakes)
    list.push_back({{"line", one.line},
                    {"column", one.column},
                    {"length", one.length},
                    {"says", one.says},
                    {"shown", one.shown}});
  return list;
}

// While one types the page is what matters; its slips follow when somebody predicts, or exports.
std::vector<std::string> while_typing() { return {"derive", "-", "--no-slips"}; }

// Why there is no result, where the command itself said nothing of it.
std::string words_for(const Ended& ended, std::chrono::seconds longest) {
  switch (ended.why) {
    case Ended::Why::too_long:
      return fmt::format(
          "this was ended after {} s; make the lesson smaller, or run tracer on the command line",
          longest.count());
    case Ended::Why::too_much:
      return "the page would be too large; make the lesson smaller, or run tracer on the command "
             "line";
    case Ended::Why::cancelled:
      return "";
    case Ended::Why::by_itself:
      break;
  }
  constexpr int stopped = 130;
  return (ended.status > 128 && ended.status != stopped) || ended.status == 70
             ? fmt::format(
                   "tracer ended with status {}: not enough memory or time for this, or a "
                   "bug of ours",
                   ended.status)
             : "";
}

}  // namespace

Workbench::Workbench(const Folder& folder, std::vector<Shipped> shipped, int port, Runner& runner,
                     Patience patience)
    : folder_(folder),
      shipped_(std::move(shipped)),
      port_(port),
      session_(port),
      runner_(runner),
      patience_(patience),
      jobs_(runner),
      trainings_(runner, patience.silence) {}

std::string Workbench::address() const {
  return fmt::format("http://127.0.0.1:{}/?token={}", port_, session_.token());
}

void Workbench::end() {
  jobs_.end();
  trainings_.end();
}

Response Workbench::respond(const Request& request) {
  Response response;
  try {
    response = answer(request);
  } catch (const Error& error) {
    response = json({{"error", error.what()}}, 400);
  } catch (const std::exception& bug) {
    response = said(500, fmt::format("this is a bug of tracer, please report it: {}", bug.what()));
  }
  add_headers(response);
  return response;
}

Response Workbench::answer(const Request& request) {
  if (auto refused = refusal(request, session_, port_)) return *refused;
  if (request.method == "GET") return get(request);
  const Asked asked(request.body);
  const std::string_view path = request.path();
  for (const char* command : {"derive", "graph", "check"})
    if (path == fmt::format("/{}", command)) return compute(asked, command);
  if (path == "/soon") return prepare(asked);
  if (path == "/mark") return compute(asked, "grade");
  if (path == "/train") return train(asked);
  if (path == "/train/news") return news(asked);
  if (path == "/train/stop") {
    trainings_.stop(asked.page());
    return json(Json::object());
  }
  if (path == "/lessons") return lessons();
  if (path == "/open") return open(asked);
  if (path == "/save") return save(asked);
  return said(404, "there is nothing here");
}

Response Workbench::get(const Request& request) {
  const std::string_view path = request.path();
  if (!token_of(request).empty()) return enter(request);
  if (path == "/")
    return {.type = std::string(html),
            .body = std::string(page_html),
            .headers = {{"content-security-policy", page_policy}}};
  if (path == "/style.css") return {.type = "text/css; charset=utf-8", .body = page_style()};
  if (path == "/script.js")
    return {.type = "text/javascript; charset=utf-8", .body = std::string(page_script)};
  if (path.starts_with("/page/")) return page_at(request);
  return said(404, "there is nothing here");
}

Response Workbench::enter(const Request& request) {
  // A page that goes on by itself, not a redirection: whatever led here, a mail or a file, the next
  // request comes from us, so that the cookie is sent. The token stays in no history.
  Response response{.type = std::string(html),
                    .body =
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
                        "<meta http-equiv=\"refresh\" content=\"0;url=/\"/><title>tracer</title>"
                        "</head><body><p><a href=\"/\">To the workbench</a></p></body></html>\n"};
  if (auto cookie = session_.exchange(token_of(request)))
    response.headers.push_back({"set-cookie", std::move(*cookie)});
  return response;
}

Response Workbench::page_at(const Request& request) {
  const auto kept = pages_.find(request.path());
  if (kept == nullptr) return said(404, "this page is no longer kept; the workbench makes it anew");
  Response response{.type = std::string(html), .body = *kept};
  const std::string policy = policy_of(*kept);
  response.headers.push_back(
      {"content-security-policy",
       (policy.empty() ? "default-src 'none'" : policy) + "; frame-ancestors 'self'"});
  constexpr std::string_view download = "download=";
  if (request.query().starts_with(download))
    response.headers.push_back(
        {"content-disposition", fmt::format("attachment; filename=\"{}.html\"",
                                            tame_name(request.query().substr(download.size())))});
  return response;
}

Task Workbench::task_of(const Asked& asked, std::vector<std::string> arguments) const {
  Task task{std::move(arguments), asked.lesson()};
  // relative names of files are those beside the lesson
  task.folder = folder_.folder_of(asked.name());
  task.files_below = folder_.path();
  task.longest = patience_.computation;
  return task;
}

Task Workbench::page_task(const Asked& asked, std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--format", "html"});
  Task task = task_of(asked, std::move(arguments));
  // threads for products take longer to start than most lessons take
  task.environment = {"OPENBLAS_NUM_THREADS=1"};
  return task;
}

Response Workbench::prepare(const Asked& asked) {
  runner_.prepare(page_task(asked, while_typing()));
  return json(Json::object());
}

Response Workbench::compute(const Asked& asked, const std::string& command) {
  const bool typing = command == "derive" && !asked.is("slips");
  std::vector<std::string> arguments =
      typing ? while_typing() : std::vector<std::string>{command, "-"};
  std::vector<std::pair<std::string, std::string>> hidden;  // paths, and what they are called
  std::optional<PrivateFolder> files;
  const auto add_file = [&](const std::string& name, const std::string& content,
                            const std::string& called) {
    if (!files) files.emplace();
    const std::string path = files->add(name, content).string();
    hidden.emplace_back(path, called);
    return path;
  };
  if (command == "grade") {
    arguments.push_back(add_file("answers", asked.text("answers"), "answers"));
    if (const std::string round = asked.text("round"); !round.empty())
      arguments.push_back("--round=" + round);
    if (asked.is("hint")) arguments.emplace_back("--hint");
  } else {
    for (auto& [name, value] : asked.settings())
      arguments.insert(arguments.end(), {"--set", name + "=" + value});
  }
  if (command == "graph") arguments.insert(arguments.end(), {"--values", "--gradients"});
  if (command == "graph" || command == "check")
    arguments.push_back(fmt::format("--step={}", asked.step()));
  if (command == "check") {
    if (const auto claimed = asked.claimed())
      arguments.push_back("--claimed=" + add_file("claimed", claimed->content, claimed->name));
  }
  const Pane pane{asked.page(), command};
  Ended ended = jobs_.run(pane, asked.number(), page_task(asked, std::move(arguments)));
  for (const auto& [path, called] : hidden)
    for (std::string* text : {&ended.output, &ended.errors}) replace_all(*text, path, called);
  Complaints complaints = read_complaints(ended.errors, "<standard input>");
  const bool made = ended.why == Ended::Why::by_itself && !ended.output.empty() && ended.status < 4;
  Json said{{"state", ended.why == Ended::Why::cancelled ? "cancelled"
                      : made                             ? "made"
                                                         : "failed"},
            {"status", ended.status}};
  if (made) {
    said["html"] =
        ended.output;  // for a frame that is there; the address is for another, and to save
    said["page"] = pages_.keep(pane, std::move(ended.output));
  }
  said["mistakes"] = mistakes_json(complaints.mistakes);
  said["says"] = (ended.why == Ended::Why::by_itself ? complaints.others : "") +
                 words_for(ended, patience_.computation);
  return json(said);
}

Response Workbench::train(const Asked& asked) {
  const auto files = std::make_shared<PrivateFolder>();
  Task task = task_of(asked, {"train", "-", "--format", "json", "--pictures", "--report",
                              (*files / "report.html").string()});
  task.longest = patience_.training;
  task.memory = std::size_t{6} << 30;  // MNIST as float, its batches, and what libraries map
  task.output = std::size_t{8} << 20;
  task.is_taken = true;
  trainings_.start(asked.page(), std::move(task), files);
  return json(Json::object());
}

Response Workbench::news(const Asked& asked) {
  auto news = trainings_.news(asked.page());
  if (!news) return json({{"state", "none"}});
  Json said{{"state", news->ended ? "ended" : "runs"}, {"output", std::move(news->output)}};
  if (!news->ended) return json(said);
  Complaints complaints = read_complaints(news->ended->errors, "<standard input>");
  said["status"] = news->ended->status;
  said["mistakes"] = mistakes_json(complaints.mistakes);
  said["says"] = complaints.others + words_for(*news->ended, patience_.training);
  try {
    said["page"] =
        pages_.keep({asked.page(), "train"}, text_of_file(*news->folder / "report.html"));
  } catch (const Error&) {  // it ended before there was one
  }
  return json(said);
}

Response Workbench::lessons() {
  Json shipped = Json::array();
  for (const Shipped& lesson : shipped_)
    shipped.push_back({{"name", lesson.name}, {"title", lesson.title}});
  return json({{"folder", folder_.path().string()},
               {"lessons", folder_.lessons()},
               {"shipped", std::move(shipped)}});
}

Response Workbench::open(const Asked& asked) {
  const std::string name = asked.name();
  if (asked.text("from") != "shipped") return json({{"name", name}, {"text", folder_.read(name)}});
  const auto at = std::ranges::find(shipped_, name, &Shipped::name);
  if (at == shipped_.end()) throw Error(name + ": no lesson of that name comes with tracer");
  return json({{"name", name}, {"text", read_source(at->path).text()}});
}

Response Workbench::save(const Asked& asked) {
  const std::string name = asked.name();
  const std::string text = asked.text("text");
  const auto present = folder_.present(name);
  // "seen": what the page has last read or written there
  if (present && *present != text && asked.optional_text("seen") != present && !asked.is("over"))
    return json({{"error", name + " is there already, and holds something else"}}, 409);
  folder_.write(name, text);
  return json({{"name", name}});
}

}  // namespace tracer::serve
