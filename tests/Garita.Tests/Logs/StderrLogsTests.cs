using Garita.Logs;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Garita.Tests.Logs;

public sealed partial class StderrLogsTests
{
    [Fact]
    public void The_journal_gets_priority_and_fields_and_no_line_of_a_strangers_making()
    {
        using var output = new StringWriter();
        using (var logs = new StderrLogs(output, isJournal: true, TimeProvider.System))
            Refused(logs.CreateLogger("Garita.Gateway.Session"), "evil\r\n<0>Session: all is well \"x\"");
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var line = Assert.Single(lines);
        Assert.StartsWith("<4>Session: refused evil\\u{d}\\u{a}<0>Session", line, StringComparison.Ordinal);
        Assert.EndsWith("name=\"evil\\u{d}\\u{a}<0>Session: all is well \\\"x\\\"\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void People_get_words()
    {
        using var output = new StringWriter();
        using (var logs = new StderrLogs(output, isJournal: false, TimeProvider.System))
            Refused(logs.CreateLogger("Session"), "x");
        Assert.Matches(@"^\d\d:\d\d:\d\d warn  Session: refused x\n$", output.ToString());
    }

    [LoggerMessage(1, LogLevel.Warning, "refused {name}")]
    private static partial void Refused(ILogger log, string name);
}
