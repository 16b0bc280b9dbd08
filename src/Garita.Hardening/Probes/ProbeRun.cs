namespace Garita.Hardening.Probes;

/// <summary>Asks a mail server all there is to ask, one connection after the other.</summary>
public static class ProbeRun
{
    /// <summary>All probes, in the order in which they are asked.</summary>
    public static IReadOnlyList<MailProbe> All { get; } =
    [
        new BannerTells(), new VerifyTells(), new OpenRelay(), new UnknownRecipients(), new BareNewline(), new OffersTls(), new OldTls(), new GoodCertificate(), new CleanStartTls(),
        new PlainLogin(), new NtlmTells(), new PlainImap(), new PlainPop(), new WebAdministration(),
    ];

    /// <summary>Asks one question.</summary>
    /// <param name="probe">The question.</param>
    /// <param name="target">The server.</param>
    public static async Task<ProbeResult> AskAsync(MailProbe probe, ProbeTarget target)
    {
        ArgumentNullException.ThrowIfNull(probe);
        Finding finding;
        try
        {
            finding = await probe.LookAsync(target);
        }
        catch (CannotLookException problem)
        {
            finding = Finding.Unknown(problem.Message);
        }

        return new ProbeResult(probe.Id, probe.Title, finding.Outcome, finding.Found, probe.Expected, probe.Why, probe.Mend);
    }
}
