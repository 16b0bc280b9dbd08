namespace Garita.Hardening.Probes;

internal sealed class NtlmTells : MailProbe
{
    // [MS-NLMP] §2.2.1.1: type 1, Unicode, the target is asked for; no names of ours.
    private const string Negotiate = "TlRMTVNTUAABAAAABQKIAAAAAAAAAAAAAAAAAAAAAAA=";

    public override string Id => "no-ntlm-names";

    public override string Title => "AUTH NTLM tells no names from inside";

    public override string Why => "Its first answer, before any password, has the names of host, domain and forest: the map for the next attack.";

    public override string Expected => "no AUTH NTLM towards strangers";

    public override string Mend => "Exchange: Set-ReceiveConnector -Identity NAME -AuthMechanism Tls on the connector for strangers (without Integrated and ExchangeServer)";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, hello) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        if (!Offers(hello) && hello.Extension("STARTTLS") is not null)
        {
            await talk.StartTlsAsync();
            hello = await talk.HelloAsync();
        }

        if (!Offers(hello))
            return Finding.Pass("AUTH NTLM is not offered");
        var asked = await talk.AskAsync("AUTH NTLM");
        var challenge = asked.Code == 334 ? await talk.AskAsync(Negotiate) : asked;
        if (challenge.Code != 334)
            return Finding.Warning($"AUTH NTLM is offered, and answered with {challenge.Text}");
        await talk.AskAsync("*");
        var names = NtlmChallenge.NamesOf(challenge.Lines[0]);
        return names.Count > 0 ? Finding.Fail("it tells " + string.Join(", ", names)) : Finding.Warning("AUTH NTLM is offered; its challenge tells no names");
    }

    private static bool Offers(ServerReply hello) => hello.Extension("AUTH")?.Contains("NTLM", StringComparer.OrdinalIgnoreCase) ?? false;
}
