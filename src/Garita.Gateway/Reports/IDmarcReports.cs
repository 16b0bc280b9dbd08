using Garita.SenderAuth.Dmarc;

namespace Garita.Gateway.Reports;

/// <summary>Where what became of mail with a policy is noted, for the reports that its domain asks for.</summary>
public interface IDmarcReports
{
    /// <summary>Whether anything is noted at all; if not, nobody needs to gather it.</summary>
    bool IsOn { get; }

    /// <summary>Notes a message. Never blocks, never fails.</summary>
    /// <param name="outcome">What DMARC said; notes nothing where no report is asked for.</param>
    /// <param name="row">What is reported.</param>
    void Add(DmarcOutcome outcome, ReportedRow row);
}

/// <summary>Notes nothing.</summary>
public sealed class NoDmarcReports : IDmarcReports
{
    /// <summary>The only one.</summary>
    public static NoDmarcReports Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsOn => false;

    /// <inheritdoc/>
    public void Add(DmarcOutcome outcome, ReportedRow row)
    {
        // Nobody asked.
    }
}
