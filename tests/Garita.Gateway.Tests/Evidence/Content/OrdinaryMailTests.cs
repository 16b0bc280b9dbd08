using Xunit;

namespace Garita.Gateway.Tests.Evidence.Content;

/// <summary>The share of ordinary mail that the rules object to by default; the aim is 0.1 %.</summary>
public sealed class OrdinaryMailTests
{
    private const int Messages = 4000;

    [Fact]
    public void Hardly_any_is_objected_to()
    {
        var mail = new OrdinaryMail(1);
        var wrong = new List<string>();
        long octets = 0;
        for (var i = 0; i < Messages; i++)
        {
            var message = mail.Next();
            octets += message.Length;
            var report = ContentScene.Read(message);
            if (!ContentScene.Passes(report) || report.Incomplete is not null)
                wrong.Add($"{i}: {report.Ambiguities} {string.Join(", ", report.Findings)}");
        }

        var said = string.Join('\n', wrong) + $"ordinary mail, generated: {wrong.Count} of {Messages} messages ({100.0 * wrong.Count / Messages:F2} %), {octets / 1e6:F0} MB";
        TestContext.Current.SendDiagnosticMessage(said);
        Console.WriteLine(said);
        Assert.True(wrong.Count * 1000 <= Messages, string.Join('\n', wrong.Take(20)));
    }
}
