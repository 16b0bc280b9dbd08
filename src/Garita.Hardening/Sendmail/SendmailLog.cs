using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailLog : SendmailCheck
{
    public override string Id => "sendmail-log";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Sendmail writes down what it takes and refuses";

    public override string Why => "Below level 9 messages leave no trace: neither where spam came from nor whom it went to is found out afterwards.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.1"];

    public override string Expected => "LogLevel 9 or more, and below 20, where text of the dialogue is written too";

    protected override string Macro => "define(`confLOG_LEVEL', `9')dnl";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var level = sendmail.Number("LogLevel", 9);
        var found = string.Create(CultureInfo.InvariantCulture, $"LogLevel={level}");
        return level is >= 9 and < 20 ? Finding.Pass(found) : Finding.Fail(found);
    }
}
